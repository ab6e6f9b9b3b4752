"""One spelling for the many that people use in Spanish and French, over canonical lines."""

import re
from types import MappingProxyType
from typing import Final

_SPANISH: Final = {
    "que": "q k ke qe",
    "de": "d",
    "me": "m",
    "te": "t",
    "por favor": "porfavor porfabor xfavor pf xfis porfis porfavorsito porfavorcito plis plz pls",
    "porfa": "xfa xf porfas",
    "por": "x",
    "mensaje": "msj mnsj msje sms",
    "mensajes": "msjs mjs mjes msjes mesajes mensages mensjes menajes mensajees",
    "textos": "txts texts textitos",
    "texto": "txt",
    "numero": "num nro numer nunero numeros numerito",
    "telefono": "tel tlf fon fono phone telefonito",
    "celular": "cel cell movil",
    "necesito": "nesesito necesto ocupo nececito",
    "quiero": "quero quier kero",
    "ya no": "yano",
    "no me": "nome",
    "me mande": "memande memanden",
    "manden": "mandn mnden manen mandem",
    "mandar": "mndar",
    "dejen": "dejn degen",
    "dejar": "degar",
    "favor": "fabor favr",
    "baja": "vaja bajaa",
    "borren": "borrn vorren",
    "tambien": "tmb tb",
    "suscripcion": "suscricion subscripcion suscripsion",
    "gracias": "grasias grax gracia",
    "alto": "altoo halto",
    "cancelar": "canselar cancelr canselen",
    "equivocado": "ekivocado equibocado equivocao",
    "escriban": "eskriban escrivan escrban",
}
_FRENCH: Final = {
    "plus": "pu pus pl",
    "je": "j",
    "je veux": "jveux jveu jveus",
    "veux": "veu veut",
    "je suis": "jsuis chu chui",
    "moi": "moe mwe mwa",
    "vous": "vs",
    "pas": "po p",
    "svp": "stp",
    "message": "msg mesage messag",
    "messages": "msgs mesages msges",
    "texto": "text txt",
    "textos": "texts txts textes",
    "numero": "num no. numro",
    "telephone": "tel phone fone",
    "cellulaire": "cell cel portable",
    "arret": "aret arrret arrt arrets ares",
    "arretez": "aretez arete arrettez areter areté arretes arreté",
    "ecrire": "ecrir ecrires",
    "recevoir": "ressevoir resevoir recevoire",
    "enlevez": "enlevé anlevez anleve enlver",
    "de m ecrire": "dmecrire",
    "de m envoyer": "dmenvoyer menvoyer",
    "desabonner": "desaboner desabonne desabonez dezabonner",
    "c est": "cest",
    "quelqu un": "qqun qqn",
    "beaucoup": "bcp",
    "toujours": "tjrs tjs",
}


def _table(spellings: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType(
        {variant: word for word, variants in spellings.items() for variant in variants.split()}
    )


_TABLES: Final = MappingProxyType({"es": _table(_SPANISH), "fr": _table(_FRENCH)})
# "kiten" is "quiten", "resivir" and "reciviendo" are of "recibir".
_K: Final = re.compile(r" k(?=[ei])")
_RECEIVE: Final = re.compile(r" re[cs]s?i[bv](?=[a-z])")


def respelled(line: str, language: str) -> str:
    """A canonical line with the words of the language in one spelling."""
    table = _TABLES[language]
    words = [table.get(word, word) for word in line.split()]
    line = " ".join(("", *words, ""))
    if language == "es":
        line = _RECEIVE.sub(" recib", _K.sub(" qu", line))
    return line[1:]
