"""Exercise checks: `core` holds the protocol, `nbNN` the cases of lesson NN."""
