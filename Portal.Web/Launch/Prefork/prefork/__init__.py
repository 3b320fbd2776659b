"""The parts of the spawner. None of them is left in an instance."""
