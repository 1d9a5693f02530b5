"""What is owed and how well it is kept."""
