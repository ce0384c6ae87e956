"""What the templates of people and settings draw alike."""
