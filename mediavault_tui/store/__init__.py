"""The only SQL. Functions are named after the question they answer and return domain values."""
