"""What changes the user's files: planning, applying, recovering, restoring, purging."""
