"""The jobs, each an async generator of domain events. Screen and command line only listen."""
