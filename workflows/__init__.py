"""Who must do what next."""
