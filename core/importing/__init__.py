"""Study folders made of files: of one's own by a plan, and the paper's from the public archives."""
