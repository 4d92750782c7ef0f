"""The pages of apps, and the process that answers them."""
