"""Two players side by side in the terminal: mount `pair.PlayerPair` and give it two files.

A `services/mpv` pair of players draws pictures into memory, the `renderer` paints them as cells in a thread of its own,
the panes show them. `bandwidth` watches what the line to the terminal takes.
"""
