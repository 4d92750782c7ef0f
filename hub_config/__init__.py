"""The hub's side of the platform: who may come in, as whom, and what is started for them."""
