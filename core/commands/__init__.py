"""The command line: what each command takes and does, thin over the layers; a module per kind."""
