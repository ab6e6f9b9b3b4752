"""The vocabulary of the Spanish rules, and what takes a request back.

There "ya" and courtesy are gone, every verb of sending reads `manden` (told to), `mandar`,
`mandando` or `mandan` (telling), every verb of taking off a list `quiten`, every kind of text
`mensajes`.
"""

import re
from typing import Final

from stopline.core.recognition.rules import RuleMaker

# "No me manden mas" asks for an end, "no me manden mas facturas" does not.
_AFTER_MORE: Final = (
    "[.,?]|por[a-z]*|que|y|ni|o|pero|es|no|si|me|nos|te|tengo|estoy|vivo|yo|soy|de|del|en|a|al|"
    "lo|para|con|nada|nunca|jamas|aqui|mensajes|gracias|quiten|paren|dejen"
)

VOCABULARY: Final = {
    "no_more": f"mas(?=_(?:{_AFTER_MORE})_)",
    "goods": "facturas? papel(?:es)? recibos? paquetes? pedidos? comida flores dinero boletas? "
    "cajas? cobros? cheques? tarjetas? correspondencia cartas? catalogos? recetas? documentos?",
    "send": "manden mandar mandando avisen avisar escriban escribir escribiendo molesten molestar",
    "write": "escriban escribir escribiendo molesten molestar",
    "sending": "manden mandar mandando avisen avisar escriban escribir escribiendo molesten",
    "want": "quiero interesa",
    "no": "no yano nunca jamas",
    "texts": "mensajes",
    "any_texts": "mensajes oferta cosas",
    "cl": "me nos le les lo los la las te a mi",
    "the": "vuestra vuestro vuestras vuestros a al los las el la lo mi mis tu tus su sus este "
    "esta esto estos estas ese esa eso esos "
    "esas tanto tanta tantos tantas mas de del con todos todas todo toda cualquier otro ningun "
    "dichosos dichosas nada que_ver sean un tipo_de clase_de esas_tipo tales cada contra diario "
    "diarios",
    "aux": "vuelvan vuelvan_a sigan esten este deben debe quiero_que quieran es_necesario_que "
    "hace_falta_que se_moleste_en tiene_que tienen_que pueden haga hagan hagas que_me mas",
    "places": "lista mensajes",
    "list": "lista numero mensajes aqui eso esto esa_cosa esa_vaina ese_chunche difusion todo "
    "promocion spam suscripcion",
    "item": "el la los las un otro ese esa esos esas mi su sus nada_por antes hasta tan tarde con "
    "para al lo dos tres manana en a por si cuando hoy ningun cualquier",
    "end": ". , ? porque que y ni o yo pero es no si me tengo estoy vivo estamos soy de_nuevo "
    "otro_vez otro_vez "
    "tantos tanto cada nunca jamas {no_more} con_eso con_esto gracias conmigo esto eso "
    "para_nada "
    "para_siempre "
    "punto mismo cuanto_antes de_inmediato quiten paren dejen aunque debido puesto pues entiendan "
    "entiende",
}

RULE: Final = RuleMaker("es", VOCABULARY).rule

NEGATED: Final = re.compile(
    r"\b(?:no|yano|nunca|ni|sin|jamas|tampoco)(?: (?:me|nos|le|les|lo|la|los|las|se|te|vayan|vaya|"
    r"vas|van|va"
    r"|a|quiero|pido|pedi|pedimos|que|dije|mande|es|he|hemos|dicho|necesario|para|mas|de|deben|"
    r"debe|solicite"
    r"|puedo|puede|pueden|por|el|quise|hace|falta|profe|vuelvan|mi|mis|tienen|tiene|voy|vamos))* $"
)
IF: Final = re.compile(
    r"(?<!ver )(?<!pido )(?<!mucho )\bsi (?!(?:\w+ )?(?:pudieran|pudiera|puede|pueden|puedes|"
    r"podria|podrian|fuera|fueran|son|es posible)\b)"
    r"(?:\w+ ){0,5}$|\b(?:cuando(?! puedan| pueda| gusten)|cuanto|donde|aunque|"
    r"mientras) (?:\w+ ){0,3}$"
)
REPORTED: Final = re.compile(
    r"\b(?:dice|decia|diga|dijo|dile|diles|responda|responder|respondi|puso|puse|pusieron|escribio|"
    r"contesto|pone|pones|hermana|hermano|esposa|alguien (?:escribe|mande|puso))\b"
)
NOT_THAT: Final = re.compile(r"\b(?:no es que|nunca|jamas|no \w+ dicho|no he|yo no) ")
GUARDS: Final = (NEGATED, IF, REPORTED)
