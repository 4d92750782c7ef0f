"""The viewer: slices of arrays too large to send."""
