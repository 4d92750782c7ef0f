"""Jobs: runs as processes of their own, one at a time in the order of their start."""
