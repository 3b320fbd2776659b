"""The parts of spawner.py."""
