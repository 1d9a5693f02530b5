"""What each answer to a step does: one call into compliance, inside the engine's transaction."""
