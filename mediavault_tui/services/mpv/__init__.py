"""libmpv without a window: a file is played and its pictures land in memory, two of them in step.

`player.Player` is one file, `synced_players.SyncedPlayers` two of them on one clock. libmpv is loaded on
first use; where it is missing `loading.load` says how to get it, and nothing else of the program needs it.
"""
