"""How people ask in Spanish and French, as patterns over folded words (see `reading`)."""

import re
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.patterns import Pattern
from stopline.core.recognition.rules import Grammar, Rule

_ES_TEXTS = (
    r"(?:mensajes?|mensajitos|textos?|sms|promocion\w*|promos?|ofertas?|alertas?|notificacion\w*"
    r"|publicidad|anuncios|avisos|recordatorios|spam|llamadas|informacion|suscripcion|correos|nada)"
)
_ES_SEND = r"(?:envi\w*|mand\w*|escrib\w*|contact\w*|textear\w*|texte\w*|mensaj\w*|molest\w*|llam\w*|fastidi\w*|jod\w*|acos\w*|chatear)"
_ES_LIST = r"(?:lista|base de datos|sistema|registro\w*|grupo|contactos|aqui|esto)"

_FR_TEXTS = (
    r"(?:messages?|textos?|textes?|sms|alertes?|notifications?|promos?|promotions?|offres?|pubs?"
    r"|publicites?|rappels?|avis|infolettres?|courriels?|spams?|communications?|abonnement)"
)
_FR_SEND = r"(?:envo\w*|ecri\w*|text\w*|contact\w*|harcel\w*|derang\w*|appel\w*|relanc\w*|solicit\w*|sollicit\w*|embet\w*|spam\w*)"

_ES_GUARDS = (
    re.compile(r"\b(?:no|nunca|sin|para no|no quiero|no deseo)(?: \w+)? $"),
    re.compile(r"\b(?:si|cuando|como|porque|por que|cuanto|donde)\b"),
    re.compile(r"\b(?:el|ella|ellos|le|les|dile|diles|dijo)(?: \w+)? $"),
)
_FR_GUARDS = (
    re.compile(r"\b(?:ne|n|pas|sans|jamais|peux|peut)(?: \w+)? $"),
    re.compile(r"\b(?:si|quand|comment|pourquoi|combien|ou est)\b"),
    re.compile(r"\b(?:il|elle|ils|elles|lui|dis|dites|on|j|je)(?: \w+)? $"),
)


def _rule(
    name: str,
    pattern: str,
    score: float = 0.9,
    guards: tuple[re.Pattern[str], ...] = (),
    keyword_class: KeywordClass = KeywordClass.OPT_OUT,
) -> Rule:
    patterns = (Pattern(re.compile(pattern), frozenset()),)
    return Rule(name, patterns, score, guards, keyword_class)


_SPANISH: Final = (
    _rule(
        "es.no-me-envien",
        rf"\bno (?:(?:me|nos|le|les|se|lo|vuelvan?|vuelvas|quiero que|a|deben|sigan|siga|por|favor|mas) )*{_ES_SEND} ?(?:(?:a|este|mi|me|al|el|numero|celular|telefono|nos|ni|por|favor) )*(?:mas|{_ES_TEXTS}|ni|nunca|otra|[.,] )",
        0.9,
        (re.compile(r"\b(?:dejen?|dejes) de $|\b(?:si|porque|por que) $"),),
    ),
    _rule("es.ya-no-escriban", rf"\bya no (?:(?:me|nos|quiero que|mas) )*{_ES_SEND}\b"),
    _rule(
        "es.dejen-de-mandar",
        rf"\b(?:dej\w+|par\w+|ces\w+|bast\w+|termin\w+) (?:ya )?(?:de|con) (?:(?:estar|los|las|sus|tanto\w*|estos|estas) )*(?:{_ES_SEND}|{_ES_TEXTS})",
        0.9,
        _ES_GUARDS,
    ),
    _rule(
        "es.no-quiero-mensajes",
        rf"\bno (?:(?:quiero|queremos|deseo|deseamos|necesito|me interesa|estoy interesad[oa]|quisiera|autorizo|acepto) )(?:(?:seguir|recibir|recibiendo|que|me|mas|sus|tus|los|las|estos|estas|esos|de|ya|ningun|en|tener|volver|a|saber|ser|contactad[oa]) )*(?:{_ES_TEXTS}|llegar|envien|manden|contactad[oa]|[.] (?<=recibir [.] ))",
    ),
    _rule(
        "es.no-mas",
        rf"\b(?:no|ni un|ya no) mas (?:(?:por|favor|de|esos|estos|tus|sus) )*(?:{_ES_TEXTS}\b|(?<=mas )[.] |(?<=favor )[.] |(?<=mas )gracias)|\bbasta (?:[.,] |ya|por|con|de (?:{_ES_TEXTS}|{_ES_SEND}))",
    ),
    _rule(
        "es.quitenme",
        rf"\b(?:quit|saqu|sac|borr|elimin|remuev|remov|retir|borre)\w* (?:(?:a|por favor|me|nos|de|el|este|ese|mi|mis|numero|nombre|telefono|celular|datos|contacto|favor|por) )*(?:(?:mi|este|el|mis) (?:numero|nombre|telefono|celular|datos|contacto|informacion)|(?:de|del) (?:(?:la|el|su|tu|esta|este|esa|sus|todas|las) )*{_ES_LIST})",
        0.9,
        _ES_GUARDS,
    ),
    _rule(
        "es.borrenme",
        r"\b(?:quit|saqu|borr|elimin|remuev|retir)\w*(?:me|nos|melo)\b (?!la |el |las |los |una? |esa? )",
        0.85,
        _ES_GUARDS,
    ),
    _rule(
        "es.baja",
        r"\b(?:dar(?:me|nos)?|denme|deme|dame|denos|dar|den|de|quiero|solicito|pido|favor) (?:(?:me|la|mi|de|una|dar|darme) )*baja\b(?! de precio| calidad)",
        0.85,
        (re.compile(r"\b(?:talla|planta|no|presion) $"),),
    ),
    _rule(
        "es.cancelen",
        rf"\b(?:cancel|deten|suspend|para|pare|paren|alto|stop|desactiv|elimin|desuscrib)\w* (?:(?:a|los|las|mis|sus|estos|estas|todos|mi|la|de|con|el|envio) )*{_ES_TEXTS}\b|\bdesuscri\w+|\bdesinscri\w+",
        0.9,
        _ES_GUARDS,
    ),
    _rule(
        "es.stop-alone",
        r"^\. (?:(?:por|favor|ya|hola|gracias|no) )*(?:stop|alto|basta|paren|parar|pare|detener|detengan|detengase|cancelar|baja|deten) (?:(?:por|favor|ya|gracias) )*\. $",
        0.8,
    ),
    _rule(
        "es.dejenme", r"\b(?:dejen?|deje|deja|dejad)(?:me|nos) (?:en paz|tranquil\w+|de)\b", 0.85
    ),
    _rule("es.no-molestar", r"\bno (?:me |nos )?molest\w+\b", 0.8),
    _rule("es.wrong-number", r"\bnumero equivocado\b|\bse equivoc\w+ de numero\b", 0.3),
)

_FRENCH: Final = (
    _rule(
        "fr.ne-menvoyez-plus",
        rf"\bne (?:plus|pas|jamais) (?:(?:m|me|nous|a|mon) )*{_FR_SEND}|\bn? ?e? ?(?:ne )?(?:(?:m|me|nous|pas|plus|jamais) )*{_FR_SEND}(?: (?:moi|nous|a ce numero|ce numero|a|mon numero|rien|de|d|les|vos|ce|numero))*? (?:plus|jamais|pas)\b"
        r"(?! tard| tot| vite)",
        0.9,
        (re.compile(r"\b(?:je|j|il|elle|on|qui|pourquoi|vous|tu)(?: ne| n)* $"),),
    ),
    _rule(
        "fr.arretez-de",
        rf"\b(?:(?:arret\w*|cess\w*|finissez) (?:(?:de|d|s|il|vous|plait|svp|les|ces|vos|tous|l|envoi|avec|me|m|nous|toutes|tes|envoyer|donc) )*|stop (?:les|ces|vos|aux|de|avec les) )(?:{_FR_SEND}|{_FR_TEXTS}|ca\b|cela\b|tout\b)",
        0.9,
        _FR_GUARDS,
    ),
    _rule(
        "fr.je-ne-veux-plus",
        rf"\b(?:veux|veut|voulons|souhaite|souhaitons|desire|desirons|aimerais|voudrais|interesse\w*) (?:(?:plus|pas|ne) ){{1,2}}(?:(?:de|d|vos|des|recevoir|avoir|ces|les|que|vous|m|me|etre|par|ce|genre|a|aucun) )*(?:{_FR_TEXTS}|contact\w*|recevoir|sollicit\w*|ecriv\w*|envoy\w*|rien)\b(?<!plus recevoir le colis)",
    ),
    _rule(
        "fr.ne-plus-recevoir",
        rf"\b(?:ne )?(?:plus|pas) recevoir (?:(?:de|d|vos|ces|des|les|aucun) )*{_FR_TEXTS}",
    ),
    _rule(
        "fr.retirez-moi",
        r"\b(?:retir|enlev|supprim|effac|ray|ot|sort|desactiv|radi|elimin)\w* (?:(?:s|il|vous|plait|svp|moi|nous|me|le) )*(?:(?:moi|nous) (?:de|d|svp|s|[.,])|(?:mon|ce|le|mes|notre|mon propre) (?:numero|nom|cell\w*|telephone|coordonnees)|de (?:(?:la|votre|vos|cette|toutes|ta) )*(?:listes?|base|systeme|envois?|registres?))"
        r"|\bme (?:retirer|enlever|supprimer|desabonner|desinscrire|rayer) (?=[.,] |de (?:la|votre|vos|cette|cet)|svp|s )",
        0.9,
        (re.compile(r"\b(?:comment|ne|n|pas) $"),),
    ),
    _rule(
        "fr.desabonner",
        r"\b(?:des ?abonn\w*|desinscri\w*)\b(?! (?:de|du) (?:courriel|l infolettre))",
        0.85,
        (re.compile(r"\b(?:comment|ne|n|pas|quand|si|etes|ete|suis)\b"),),
    ),
    _rule(
        "fr.plus-de-messages",
        rf"(?<=[.,] )(?:(?:svp|merci|s il vous plait|je veux|non) )*(?:plus|pas|aucun|fini) (?:(?:de|d|les|vos|ces|autres?) )+{_FR_TEXTS}(?: (?:svp|merci|s il vous plait|s|a ce numero))* (?=[.,] )",
    ),
    _rule(
        "fr.annuler",
        rf"\b(?:annul\w*|mettre fin|fin|cess\w*|desactiv\w*) (?:(?:a|mon|les|l|mes|ces|vos|mon|tous|aux) )*{_FR_TEXTS}\b",
        0.9,
        (re.compile(r"\b(?:si|comment|ne|pas) "),),
    ),
    _rule(
        "fr.laissez",
        r"\b(?:laiss\w+|fichez|foutez|foutre|lach\w+) (?:moi|nous) (?:tranquilles?|la paix|en paix)\b",
    ),
    _rule(
        "fr.stop-alone",
        r"^\. (?:(?:svp|merci|s|il|vous|plait|bonjour|non|allo) )*(?:stop|arret|arreter|arretez|cessez|arrete) (?:(?:svp|merci|s|il|vous|plait|stp|la|ca|tout|maintenant) )*\. $",
        0.85,
    ),
    _rule("fr.wrong-number", r"\b(?:mauvais|faux) numero\b", 0.3),
)

_OPT_IN: Final = (
    _rule(
        "es.recibir",
        r"\b(?:quiero|volver a|deseo) (?:volver a )?recibir (?:los |sus |mas )*"
        r"(?:mensajes|textos|alertas)\b",
        0.7,
        (re.compile(r"\bno\b"),),
        KeywordClass.OPT_IN,
    ),
    _rule(
        "fr.recevoir",
        r"\bje (?:veux|souhaite|voudrais) (?:re)?recevoir (?:les |vos |des )*"
        r"(?:messages|textos|alertes|sms)\b|^\. (?:start|debut) (?:svp|merci) \. $",
        0.7,
        (),
        KeywordClass.OPT_IN,
    ),
)
_HELP: Final = (
    _rule(
        "es.ayuda",
        r"^\. (?:necesito |quiero )?(?:ayuda|informacion)(?: por| favor)* \. $",
        0.7,
        (),
        KeywordClass.HELP,
    ),
    _rule(
        "fr.aide",
        r"^\. (?:aidez moi|aide|j ai besoin d aide|besoin d aide)(?: svp| merci)* \. $",
        0.7,
        (),
        KeywordClass.HELP,
    ),
)

_HINTS: Final = re.compile(
    r"\b(?:no (?:me|nos|mas|quiero|queremos|deseo|deseamos|necesito|envi\w*|mand\w*|escrib\w*"
    r"|molest\w*|vuelv\w*|les?|te|se|autorizo|acepto|texto|quisiera|lo)|ya no|numero|mensajes?|textos?"
    r"|baja|dej\w{1,4} de|dej(?:en?|a)(?:me|nos)|basta|borr\w+|elimin[aeo]\w*|remuev\w+|saqu\w+"
    r"|quit(?:en|e|ar|a)(?:me|nos|melo)?|retir\w+|cancel(?:ar|en|e|a)|deten\w*|alto|par(?:ar|en|e|a)"
    r"|desuscri\w*|desinscri\w*|desactiv\w*|suspend\w+|por favor|recibir|ayuda|informacion"
    r"|n|ne|arret\w*|cess\w*|veux|souhait\w+|desir\w+|plus|enlev\w+|supprim\w+|effac\w+|radi\w+"
    r"|rayez|desabonn\w*|annul\w*|laiss\w+|fichez|foutez|finissez|lach\w+|svp|recevoir|debut|aide"
    r"|aidez|faux|mauvais|stop (?:les|ces|vos|ya|merci))\b"
)


def is_plausible(normalised: str) -> bool:
    """Whether a normalised text may hold a request in one of these languages at all."""
    return _HINTS.search(normalised) is not None


GRAMMAR: Final = Grammar(
    tuple(sorted((*_SPANISH, *_FRENCH, *_OPT_IN, *_HELP), key=lambda rule: -rule.score)),
    re.compile(""),
    re.compile(r"\b(?:lol|jaja\w*|jeje\w*|mdr|haha\w*|ptdr)\b"),
)
