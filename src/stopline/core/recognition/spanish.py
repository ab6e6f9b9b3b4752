"""How people ask in Spanish, in the notation of `patterns`, over folded words."""

import re
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.rules import Grammar, Hints, RuleMaker

_VOCABULARY: Final = {
    "texts": "mensajes? txts? msgs? msjs? mjs? "
    "mensajitos textos? sms promocion(?:es)? promos? ofertas? alertas? "
    "notificacion(?:es)? publicidad anuncios avisos recordatorios spam llamadas informacion "
    "suscripcion correos propaganda encuestas nada",
    "send": "envi[a-z]* mand[a-z]* escrib[a-z]* contact[a-z]* texte[a-z]* "
    "mensaje(?:en|es|ar)[a-z]* "
    "molest[a-z]* llam[a-z]* fastidi[a-z]* acos[a-z]*",
    # told to, not telling: "no me manden", not "no me mandaron"
    "do_send": "(?:envi|mand|contact|texte|mensaje|molest|llam|fastidi|acos|reenvi|text)"
    "(?:en|es|e|ar|ando)(?:me|nos|le|les)? escrib(?:an|as|a|ir|iendo)(?:me|nos|le|les)?",
    "list": "lista listas base_de_datos sistema registros? grupo contactos",
    "the": "a los las la el mis sus tus estos estas esos todos todas mi de con envio su tu esta "
    "este esa",
    "remove": "quit[a-z]* saqu[a-z]* sac[a-z]* borr[a-z]* elimin[a-z]* remuev[a-z]* remov[a-z]* "
    "retir[a-z]*",
    "number": "numero nombre telefono celular datos contacto informacion",
    "please": "por favor porfa xfa porfavor ya gracias hola no",
}

_rule = RuleMaker("es", _VOCABULARY).rule

_GUARDS: Final = (
    re.compile(r"\b(?:no|nunca|sin|para no)(?: \w+)? $"),
    re.compile(r"\b(?:si|cuando|como|porque|por que|cuanto|donde)\b"),
    re.compile(r"\b(?:el|ella|ellos|le|les|dile|diles|dijo)(?: \w+)? $"),
)

RULES: Final = (
    _rule(
        "no-me-envien",
        """
        - no *me|nos|le|les|se|lo|vuelvan|vuelvas|quiero_que|a|deben|sigan|siga|por|favor|mas
          {do_send} *a|este|mi|me|al|el|numero|celular|telefono|nos|por|favor|de mas|{texts}|ni|
          nunca|otra
        - no *me|nos|le|les|se|lo|vuelvan|vuelvas {do_send} *a|este|mi|me|al|el|numero|celular|por|
          favor ;;
        - no *me|nos est[a-z]+ {do_send}
        - ya no *me|nos|quiero_que|mas {do_send}
        - no *me|nos|lo vuelv[a-z]* a {do_send} !que|manana|hoy
        """,
        0.9,
        (re.compile(r"\b(?:dejen?|dejes) de $|\b(?:si|porque|por que) $"),),
    ),
    _rule(
        "dejen-de-mandar",
        """
        - dej[a-z]+|par[a-z]+|ces[a-z]+|bast[a-z]+|termin[a-z]+ ?ya de|con *estar|tanto|tantos|
          {the} {send}|{texts}
        """,
        0.9,
        _GUARDS,
    ),
    _rule(
        "no-quiero",
        """
        - no quiero|queremos|deseo|deseamos|necesito|me_interesa|estoy_interesad[oa]|quisiera|
          autorizo|acepto *seguir|recibir|recibiendo|que|me|mas|ya|ningun|en|tener|volver|saber|
          ser|{the} {texts}|{do_send}|contactad[oa]
        - no quiero|deseo recibir ?mas ;;
        - quiero|quisiera|deseo|puedo|hago dejar de recibir
        - no ?le|les pedi|solicite|autorice|pedimos ..1 {texts}
        """,
    ),
    _rule(
        "no-mas",
        """
        - no|ni_un|ya_no mas *por|favor|de|{the} {texts}
        - no|ya_no mas *{please} ;;
        - no texto|textos|mensajes *{please} ;;
        - basta *{please} ;;
        - basta con|de {texts}|{send}
        """,
    ),
    _rule(
        "ya-dije",
        """
        - (?:dije|pedi|digo|pido|pedido|dicho|escribi|mande)(?:_ya)? ..2 que ..2
          (?:par|dej|ces|no|detuv|quit|borr)[a-z]*
        - como *hago|puedo|se|le|para|me|nos (?:doy|dar|darme|dan|darse)_de_baja|
          no_recibir|dejar_de_recibir|(?:cancel|desuscri)[a-z]*_(?:los|estos|las|estas|me)
        """,
        0.65,
    ),
    _rule(
        "borrelo",
        "- (?:borr|quit|elimin|saqu|sac|remuev)[a-z]*lo *{please} ;;",
        0.7,
        _GUARDS,
        needs="- numero|telefono|celular|lista",
    ),
    _rule(
        "quitenme",
        """
        - {remove} *por|favor|me|nos|{the} {number}
        - {remove} *por|favor|me|nos|mi|numero|nombre de|del *{the} {list}|aqui|esto
        - (?:quit|saqu|sac|borr|elimin|remuev|retir)[a-z]*(?:me|nos|melo) !la|el|las|los|una?|esa?
        """,
        0.85,
        _GUARDS,
    ),
    _rule(
        "baja",
        """
        - dar|darme|darnos|denme|deme|dame|denos|den|quiero|solicito|pido *me|la|mi|de|una|dar|
          darme baja !de_precio|calidad
        """,
        0.85,
        (re.compile(r"\b(?:talla|planta|no|presion) $"),),
    ),
    _rule(
        "cancelen",
        """
        - (?:cancel|deten|suspend|desactiv|elimin)[a-z]*|para|pare|paren|parar|alto|stop *{the}
          {texts}
        - (?:desuscri|desinscri)[a-z]+
        """,
        0.9,
        _GUARDS,
    ),
    _rule(
        "stop-alone",
        """
        - ^^ *{please} stop|alto|basta|paren|parenle|parele|que_paren|parar|pare|detener|
          detengan|detengase|cancelar|
          baja|deten *{please} ;;
        """,
        0.8,
    ),
    _rule(
        "dejenme",
        """
        - (?:dejen?|deje|deja|dejad)(?:me|nos) en_paz|tranquil[oa]|de
        - no ?me|nos molest(?:e|en|es|ar|ando)[a-z]*
        """,
        0.8,
    ),
    _rule(
        "recibir",
        "- quiero|volver_a|deseo ?volver_a recibir *los|sus|mas mensajes|textos|alertas",
        0.7,
        (re.compile(r"\bno\b"),),
        KeywordClass.OPT_IN,
    ),
    _rule(
        "ayuda",
        "- ^^ ?necesito|quiero ayuda|informacion *por|favor ;;",
        0.7,
        (),
        KeywordClass.HELP,
    ),
    _rule("wrong-number", "- numero equivocado\n- se equivoc[a-z]+ de numero", 0.3),
)

# Words of which a request has at least one; the text is folded and has no punctuation here.
HINTS: Final = (
    r"no (?:me|nos|mas|quiero|queremos|deseo|deseamos|necesito|envi\w*|mand\w*|escrib\w*)",
    r"no (?:molest\w*|vuelv\w*|les?|te|se|autorizo|acepto|textos?|quisiera|lo|contact\w+)",
    "ya no",
    "numero",
    "mensajes?",
    "baja",
    r"dej\w{1,4} de",
    "dej(?:en?|a)(?:me|nos)",
    "basta",
    r"borr\w+",
    r"elimin[aeo]\w*",
    r"remuev\w+",
    r"saqu\w+",
    r"sac[ao]\w*",
    "como",
    "pedi",
    "dije",
    "pido",
    "porfa",
    "quit(?:en|e|ar|a)(?:me|nos|melo)?",
    r"retir\w+",
    "cancel(?:ar|en|e|a)",
    r"deten\w*",
    "alto",
    "par(?:ar|en|e|a)(?:le)?",
    "esten",
    r"desuscri\w*",
    r"desinscri\w*",
    r"desactiv\w*",
    r"suspend\w+",
    "por favor",
    "recibir",
    "ayuda",
    "informacion",
    "stop ya",
)

GRAMMAR: Final = Grammar(
    tuple(sorted(RULES, key=lambda rule: -rule.score)),
    laughter=re.compile(r"\b(?:lol|jaja\w*|jeje\w*|haha\w*)\b"),
    hints=Hints(HINTS),
)
