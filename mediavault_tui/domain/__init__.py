"""What is true about media: values and pure functions. No disk, no clock, no asyncio."""
