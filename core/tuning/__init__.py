"""What tuning leaves behind: a configuration, the record of those tried, and one that becomes the study's."""
