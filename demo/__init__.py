"""The demo fleet: tiny models with real weights, and the scripts that train them."""
