"""The keys of the players, one row each: verb (a method `action_<verb>` of PlayerPair), keys, label, help.

Kept as plain rows, so that the table of all keys of the program can take them in as they are.
"""

from typing import NamedTuple


class Key(NamedTuple):
    """One thing that can be done."""

    verb: str
    keys: str
    label: str
    help: str
    footer: bool = False


KEYS = (
    Key("play", "space", "play", "Play or pause both", True),
    Key("forward", "l,right", "5 s on", "Five seconds forward", True),
    Key("back", "h,left", "5 s back", "Five seconds back", True),
    Key("forward_minute", "k,up", "1 min on", "A minute forward"),
    Key("back_minute", "j,down", "1 min back", "A minute back"),
    Key("forward_tenth", "ctrl+right", "10 % on", "A tenth of the runtime forward"),
    Key("back_tenth", "ctrl+left", "10 % back", "A tenth of the runtime back"),
    Key("start", "g,home", "start", "To the start"),
    Key("end", "G,end", "end", "To the end"),
    Key("next_frame", "full_stop", "frame on", "Pause, and one frame forward", True),
    Key("previous_frame", "comma", "frame back", "Pause, and one frame back"),
    Key("next_chapter", "c", "chapter", "To the next chapter of either file"),
    Key("previous_chapter", "C", "chapter back", "To the chapter before"),
    Key("slower", "minus", "slower", "Play slower"),
    Key("faster", "plus,equals_sign", "faster", "Play faster"),
    Key("normal_speed", "backspace", "normal speed", "Play at normal speed"),
    Key("loop", "o", "loop", "Loop from here; again: to here; again: no loop"),
    Key("sound", "s", "sound", "Hear the left file, the right one, none"),
    Key("audio_left", "a", "left sound", "The next audio track of the left file"),
    Key("audio_right", "A", "right sound", "The next audio track of the right file"),
    Key("subtitles_left", "t", "left subs", "The next subtitle track of the left file, or none"),
    Key("subtitles_right", "y", "right subs", "The next subtitle track of the right file, or none"),
    Key("next_difference", "n", "difference", "To the next cut, insert or moment of great difference", True),
    Key("previous_difference", "p", "diff. back", "To the cut, insert or moment of great difference before"),
    Key("greatest_difference", "asterisk", "greatest", "To the moment of the greatest difference"),
    Key("darkest", "7", "dark", "To the next of the darkest scenes"),
    Key("detailed", "8", "detail", "To the next of the most detailed scenes"),
    Key("moving", "9", "motion", "To the next of the scenes with most motion"),
    Key("later_frame", "greater_than_sign", "right +1", "Let the right file show one frame later"),
    Key("earlier_frame", "less_than_sign", "right −1", "Let the right file show one frame earlier"),
    Key("later_tenth", "right_parenthesis", "right +0.1 s", "Let the right file show 100 ms later"),
    Key("earlier_tenth", "left_parenthesis", "right −0.1 s", "Let the right file show 100 ms earlier"),
    Key("later_second", "right_curly_bracket", "right +1 s", "Let the right file show 1 s later"),
    Key("earlier_second", "left_curly_bracket", "right −1 s", "Let the right file show 1 s earlier"),
    Key("alone_forward", "apostrophe", "right alone on", "Only the right file: a frame forward"),
    Key("alone_back", "semicolon", "right alone back", "Only the right file: a frame back"),
    Key("align", "F", "find timing", "Find the timing from the pictures; again: stop looking"),
    Key("meet", "w", "same moment", "These two pictures are the same moment"),
    Key("flip", "f,tab", "flip", "Both in the same place: the other one; at first the left", True),
    Key("split", "r", "split", "The left half of one, the right half of the other", True),
    Key("difference", "d", "difference picture", "Only what differs, amplified", True),
    Key("crop", "z", "pixels", "The same place of both in source pixels; again: twice, four times as large", True),
    Key("sides", "enter,b", "side by side", "Back to two pictures"),
    Key("left", "shift+left", "left", "Move the divider or the crop left"),
    Key("right", "shift+right", "right", "Move the divider or the crop right"),
    Key("up", "shift+up", "up", "Move the crop up, or amplify the difference more"),
    Key("down", "shift+down", "down", "Move the crop down, or amplify the difference less"),
    Key("histogram", "H", "histogram", "How much of each picture is dark and bright"),
    Key("overlay", "O", "facts", "Show or hide what is known about the pictures"),
    Key("pace", "I", "line", "Show what the line to the terminal takes"),
    Key("finer", "D", "finer", "Half blocks, quadrants, or real pixels where the terminal has them"),
    Key("cheaper", "at", "level", "Choose by hand how much is sent; after the cheapest: by itself again"),
    Key("save", "S", "save picture", "Save both pictures of this moment with their data"),
    Key("windows", "W", "windows", "Open both in windows (where there is a display)"),
)  # fmt: skip
