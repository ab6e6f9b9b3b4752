"""What else asks in Spanish: how to get off, threats; requests to start, for help; what is "
"doubtful."""

import re
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.spanish_words import REPORTED, RULE

RULES: Final = (
    RULE(
        "como-salgo",
        """
        - como|donde|quien ..4 {no}|dejar_de|desuscribir|salir|salgo|cancelo|cancelar|quitar|
          quitan|paro|doy
          *{cl}|{the}|de|recibir|recibiendo|lleguen|llegan|baja|mas {texts}|lista|numero
        - como|donde|quien ..4 para que {no}|no_me lleguen|lleguen_mas|manden
        - como|donde|quien ..4 salir_me|desuscribir|no_recibir|no_me_lleguen
        - como ..2 cancelo|desactiva|quita|cancelen esto|eso ;
        - cuando ..4 dejar|dejen|dejan|paren|parar de|con|los|sus|estos|me
        - hasta cuando ..5 escribir|mandar|mandando|escribiendo|{texts}
        - como|donde ..2 dan|doy|dar +me de baja
        - como|donde ..2 dan|doy|dar *me de baja &.|?|,
        - como|donde cancelo|desactivo esto|eso|{texts}
        - que palabra|pongo|mando|hago|debo ..4 para ..3 paren|dejen|salir|cancelen|baja|desuscribir
        - que palabra ..3 cancelen|cancelar|cancelo|salgo|salir
        - si *{cl} mande *que {no} ;
        - mande *un|{the} stop|alto|baja|salir|paren *y|, no|siguen|nada
        - cuantas_veces|veces|que_parte ..6 {no}|paren|dejen ..2 {send}|{texts}|mas
        """,
        0.75,
        (REPORTED, re.compile(r"\bsi $")),
    ),
    RULE(
        "amenaza",
        """
        - otro|un mensajes mas y
        - si ..3 {no} para|paren ..4 denuncio
        - denuncio si {no} para|paren|dejan|dejen
        - mande ?un stop|alto|baja|salir ..3 veces|dias|y_mandan|y_siguen|y_me
        - otro|un mensajes|mensajes_mas ?mas y|, *{cl}|voy_a denuncio
        - denuncio ..6 si siguen|{no}_paran|vuelvan
        - si siguen ..3 denuncio
        - denuncio ..6 si ..3 llega|mandan|manden|llegan|vuelvan ..3 mas|otro|mensajes|{send}
        - si ..3 llega|mandan|llegan|vuelvan ..3 mas|otro|mensajes|{send} ..4 denuncio
        - voy|ire a|al ..6 si *{cl} llega|mandan|vuelvan *mas|un|otro mensajes|mas
        """,
        0.7,
        (),
    ),
    RULE(
        "recibir",
        "- quiero|vuelvan_a|deseo ?vuelvan|de_nuevo ?a recibir *los|sus|mas|las|{the} mensajes",
        0.7,
        (re.compile(r"\bno\b|\bdejar\b"),),
        KeywordClass.OPT_IN,
    ),
    RULE("ayuda", "- ^^ ?quiero ayuda|informacion|ayudeme ;;", 0.7, (), KeywordClass.HELP),
    RULE("wrong-number", "- numero equivocado\n- se equivoc[a-z]+ de numero", 0.3),
)
