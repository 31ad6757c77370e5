"""What the name of a track says it is for, in the words of the ten most common languages of releases.

Names are written by people and by encoders (`Audiokommentar`, `Signs & Songs`, `Deutsch (Hörgeschädigte)`).
Words are compared folded: without case and accents. A table, because each language has its own, and a word
missing here is a track taken for an ordinary one.
"""

import re
import unicodedata

from mediavault_tui.domain.media import SoundKind, TextKind

# In the order of languages: English, German, French, Spanish, Italian, Portuguese, Russian and Ukrainian, Polish
# and Czech, Dutch and the Nordic ones, Japanese, Chinese, Korean, Turkish.
_COMMENTARY = (
    r"comment(?:ary|aries|ator)|\w*kommentar\w*|commentaire\w*|comentario\w*|comentado|comentad[ao]s?"
    r"|comment[oi]|comentarios?|комментар\w*|коментар\w*|komentarz\w*|komentar\w*|komentovan\w*|commentaar"
    r"|audiocommentaar|kommentti\w*|コメンタリー|オーディオコメンタリー|評論|评论|解說|解说音轨|評論音軌|评论音轨|코멘터리"
    r"|해설|yorum\w*"
)
_DESCRIPTION = (
    r"audio[\W_]*descri\w*|descriptive(?:[\W_]+(?:audio|video|service))?|described(?:[\W_]+(?:video|audio))?|dvs"
    r"|visually[\W_]+impaired|visual[\W_]+impaired|for[\W_]+the[\W_]+blind|audiodeskription\w*|h[oo]rfilm\w*"
    r"|bildbeschreibung|sehbehindert\w*|blinde[nr]?|malvoyant\w*|aveugles?|audiodescri\w*|descripcion[\W_]+de[\W_]+audio"
    r"|ciegos|invidentes|ipovedent\w*|non[\W_]+vedent\w*|cegos|тифлокомментар\w*|аудиодескрипц\w*|для[\W_]+незрячих"
    r"|аудиоописани\w*|audiodeskrypcj\w*|audiopopis|syntolk\w*|synstolk\w*|blindeninfo|kuvailutulkkaus"
    r"|音声ガイド|音声解説|視覚障害|视障|視障|口述影像|무장애|화면해설|sesli[\W_]+betimleme|ad"
)
_OTHER_SOUND = (
    r"isolated(?:[\W_]+(?:score|music|audio|effects|soundtrack))?|(?:music|score)[\W_]+(?:only|track)|music[\W_]*&?[\W_]*effects"
    r"|m&e|sing[\W_]*along|karaoke|riff[\W_]*trax|instrumental|musique[\W_]+seule|nur[\W_]+musik|filmmusik|solo[\W_]+musica"
    r"|musica[\W_]+aislada|カラオケ|卡拉ok|караоке"
)
_SIGNS = (
    r"signs?|songs?|signs?[\W_]*(?:&|and|/|\+|,)?[\W_]*songs?|schilder|zeichen|einblendungen|lieder|texttafeln|panneaux"
    r"|panneau|chansons?|pancartes?|incrustations?|carteles|letreros|canciones|cartell[io]|canzoni|scritte|placas|letreiros"
    r"|cancoes|надписи|надпись|песни|написи|napisy[\W_]+ekranowe|piosenki|cedule|borden|liedjes|skyltar|skilt\w*|kyltit"
    r"|karaoke|lyrics|op[\W_]*/[\W_]*ed|typeset\w*|字幕の看板|看板|歌詞|歌词|特效|간판|가사|tabela\w*|sarki\w*"
)
_FORCED = (
    r"forced|foreign(?:[\W_]+(?:parts?|only|language|dialogue))?|non[\W_]*english(?:[\W_]+parts?)?|erzwungen\w*|forciert\w*"
    r"|zwangs\w*|forces?|forcee?s?|forzad[oa]s?|forzat[oiae]|forcad[oa]s?|форсирован\w*|форс|форсовані|wymuszon\w*"
    r"|vynucen\w*|gedwongen|geforceerd\w*|tvingad\w*|tvungn\w*|tvungen\w*|pakotet\w*|pakollis\w*|forserte?|強制\w*|强制\w*|강제\w*"
    r"|zorunlu|narrative"
)
_SDH = (
    r"sdh|s\.d\.h|cc|closed[\W_]+captions?|captions?|hi|hoh|hearing[\W_]+impaired|hard[\W_]+of[\W_]+hearing|deaf"
    r"|horgeschadigt\w*|gehorlos\w*|schwerhorig\w*|fur[\W_]+horgesch\w*|ut[\W_]+fur[\W_]+hg|sourds?|malentendant\w*|sme"
    r"|sordos|sordomut\w*|non[\W_]+udenti|ipoudenti|hipoacusic\w*|sordi|surdos|ensurdecid\w*|глухих|слабослышащ\w*"
    r"|для[\W_]+глух\w*|nieslysz\w*|neslysici\w*|doven|slechthorend\w*|horselskad\w*|horselshem\w*|horehaemm\w*|horehemm\w*"
    r"|tunghor\w*|kuulovamma\w*|聴覚障害\w*|字幕ガイド|バリアフリー|听障|聽障|听力障碍|청각장애\w*|isitme[\W_]+engelli\w*"
)


def _compiled(words: str) -> re.Pattern[str]:
    # CJK has no spaces between words: there a word is found anywhere.
    return re.compile(rf"(?<![a-zа-яё0-9])(?:{words})(?![a-zа-яё0-9])")


_SOUND = (
    (SoundKind.DESCRIPTION, _compiled(_DESCRIPTION)),
    (SoundKind.COMMENTARY, _compiled(_COMMENTARY)),
    (SoundKind.OTHER, _compiled(_OTHER_SOUND)),
)
_TEXT = (
    (TextKind.COMMENTARY, _compiled(_COMMENTARY)),
    (TextKind.SIGNS, _compiled(_SIGNS)),
    (TextKind.FORCED, _compiled(_FORCED)),
    (TextKind.SDH, _compiled(_SDH)),
)
# `Full + Signs`, `Dialogue & Signs`, `Vollständig`: what has the signs too is whole.
_WHOLE = re.compile(
    r"(?<![a-zа-яё0-9])(?:full|complete|dialog(?:ue|e|s|ues)?|completo|complet[ea]?|completi|vollstandig\w*|komplett"
    r"|полны[ей]|pelne|no[nt][\W_]+forced|unforced)(?![a-zа-яё0-9])|完整|フル"
)


def sound_kind(title: str | None) -> SoundKind:
    """What the name of an audio track says it is for; MAIN where it says nothing."""
    words = folded(title or "")
    return next((kind for kind, named in _SOUND if named.search(words)), SoundKind.MAIN)


def text_kind(title: str | None) -> TextKind:
    """What the name of a subtitle track says it is for; FULL where it says nothing."""
    words = folded(title or "")
    found = next((kind for kind, named in _TEXT if named.search(words)), TextKind.FULL)
    partial = found in (TextKind.SIGNS, TextKind.FORCED)
    if partial and _WHOLE.search(words):
        return TextKind.SDH if _TEXT[3][1].search(words) else TextKind.FULL
    return found


_NO_ACCENTS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ı": "i", "đ": "d", "ð": "d"})


def folded(text: str) -> str:
    """Lower case, Latin letters without accents; other scripts keep their marks, which make other letters."""
    found = []
    for letter in unicodedata.normalize("NFKC", text).casefold().translate(_NO_ACCENTS):
        plain = unicodedata.normalize("NFKD", letter)[0]
        if not "\u0300" <= letter <= "\u036f":  # an accent left by itself
            found.append(plain if plain.isascii() else letter)
    return "".join(found)
