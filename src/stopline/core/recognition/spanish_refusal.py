"""Refusals in Spanish: not to write, nothing wanted, no more texts."""

import re
from typing import Final

from stopline.core.recognition.spanish_words import IF, NEGATED, NOT_THAT, REPORTED, RULE

RULES: Final = (
    RULE(
        "no-manden",
        """
        - {no} *{cl}|{aux} {send} *{cl}|{the}|mas|nunca {any_texts}|numero|{no_more}|aqui|nunca|
          ustedes
        - {no} *{cl}|{aux} {send} *me|nos|le|les|se|mas|nunca &{end}
        - {no} sigan &.|,
        - {no} insistan *mas ;;
        - {no} {want} saber|oir|recibir|leer|ver *mas|nada de ;
        - {no} {want} saber|oir|recibir|leer|ver *mas|nada ;
        - {no} insistan *con|en|{the} {texts}|mandar|escribir
        - {no} *{cl}|{aux} incluyan *mas en|a|de|dentro *{the} {places}|envio
        - {no} *{cl}|{aux} usen *{the} numero
        - {no} *{cl} sigan buscando|cobrando|marcando|llamen|ofreciendo|pidiendo|molestando
        - no {no} enviar|mandar|recibir ;;
        - {no} recibir *mas ;;
        - {no} quiero que *{the} numero este9|siga|quede|aparezca en *{the} lista
        - {no} *{cl}|{aux} {write} *me|nos|le|les|se|mas|{no} !antes|hasta|tan|tarde|hoy|manana|a|
          al|en|
          el|la|por|con|para|cuando|si|sin|un|eso|que
        - yano *{cl}|{aux} {send} *me|nos|le|les|mas|{the} !{goods}|antes|hasta|tan|tarde|azul|roja|
          negra|
          talla|mismo|misma|chocolate|{the}
        - {no} *{cl}|{aux} {send} *me|nos|le|mas de !madrugada|noche|chocolate|color|el|la
        - {no} *{cl}|{aux} {send} *{cl} nada|mas *mas|de|aqui|nunca &.|,|?
        - {no} *{cl}|{aux} {send} *mas a|al|por|para|en *{the} numero|mas|aqui|{texts}|lista
        - {no} *{cl}|{aux}|quiero_que|pido_que|que lleguen *{cl}|mas|{the} {texts}|nada|mas|numero
        - {no} *{cl}|{aux}|quiero_que|pido_que|que lleguen &{end}
        - {texts} {no} *{cl}|quiero_que|que lleguen
        - {no} *{cl}|mas|que llamen *mas|a|al|y|ni|o|nunca|este|aqui|{cl} mas|numero|{send}|aqui
        - sin *{cl} {send} ;
        - evite|eviten|evitar|abstenganse|abstenerse|abstengase|abstengan_se *de|{cl}|se {send}
          !si|que
        - por_que|porque {no} me|nos quitan
        - ni se *les|le|te ocurra *{cl}|vuelvan|a {send}
        - prohibo|prohibido *que|{cl} {send}
        - {no} ..2 autorizados ..1 {send}
        - numero {no} es para {texts}
        - {no} por {texts}|aqui|este_medio &.|,|?
        - por {texts}|aqui {no} ;
        - entiendan|entiende que {no} {want} ;
        - que parte de {no} *{no} entienden|entiendes|entiende
        - por_que ..2 siguen mandando|escribiendo ..2 si
        """,
        0.9,
        (IF, REPORTED, re.compile(r"\b(?:no es|dejen de) $")),
    ),
    RULE(
        "no-llamen",
        """
        - {no}|ni *{cl}|{aux}|quiero_que llamen *me|nos|mas|nunca &.|,|y|porque
        """,
        0.7,
        (IF, REPORTED, NOT_THAT, re.compile(r"\b(?:por que|cuando) ")),
        unless="- mandan|escriban|escribir|mensajes|manden|mandar|correo|antes|hasta|luego|ocupado|"
        "trabajando|cuando|reunion|whatsapp",
    ),
    RULE(
        "no-quiero",
        """
        - {no} *{cl} {want} *{cl}|{aux}|que|recibir|recibiendo|contactado|ser|seguir|tener|ver|
          leer|saber|mas|de|en|ni|{the} {any_texts}|escriban|escribir|escribiendo|molesten|lleguen|
          reciba
        - {no} *{cl} {want} *{cl}|{aux}|que|recibir|recibiendo|contactado|ser|seguir|tener|ver|
          leer|saber|mas|de|en|ni|{the} manden|mandar|mandando|avisen|avisar *{cl}|mas &{end}
        - {no} *{cl} {want} *{cl}|{aux}|que|recibir|recibiendo|contactado|ser|seguir|tener|ver|
          leer|saber|mas|de|en|ni|{the} manden|mandar|mandando|avisen|avisar *{cl}|mas|{the}
          {any_texts}|nada
        - yano {want} *seguir|sigan|{cl} recibir|recibiendo *{the}|mas !{goods}|visitas|hoy
        - {no} *{cl} {want}|vuelvan_a|sigan|mas|pueda *{cl}|sigan|mas|que|vuelvan|a recibir|
          recibiendo|reciba|saber &{end}
        - {no} *{cl} {want} *{cl}|ser|que|mas|seguir contactado
        - {no} {want} *{cl}|recibir|que *mas|de|{the} informacion &{end}|de
        - {no} {want} *ser|esten|estar|formar|pertenecer|seguir|sigan|parte|un|mas|un_parte en|de|a
          *{the} lista|grupo
        - {no} {want} esten aqui
        - {no} recibir|sigan_recibiendo *mas|{the} {texts}
        - {no} *{cl} pido|pedi|solicite|autorice|{want} *{the} {texts}
        - {no} {want} ..3 uso de *{the} numero
        - {no} *{cl} sirven|importan|interesan *{the} {texts}
        """,
        0.85,
        (REPORTED, NOT_THAT, re.compile(r"\bsi (?:\w+ )?$")),
    ),
    RULE(
        "dejar-de-recibir",
        """
        - quiero|pido|puedo|hago|posible|procedimiento|manera|forma|debo|hacer ..2 {no}|dejar|
          dejar_de
          *mas|sigan recibir|recibiendo *mas|{the} {texts}
        - dejar de recibir *{the} {texts}
        - quiero|pido|puedo|forma|debo|hacer|manera ..2 {no} recibir *mas|nada &.|?|esto|eso
        - quiero|pido dejar de recibir
        """,
        0.85,
        (NEGATED, REPORTED),
    ),
    RULE(
        "no-mas",
        """
        - {no}|cero|sin|ni|ni_un|nunca *mas|{the}|un {texts} !nuevos|nuevo|leidos|en|del|
          de_(?!texto|ustedes|esto|nada|
          su)
        - ^ ni|{no} un ?solo ?{any_texts} mas
        - otro {texts} {no}
        - ^^ nunca mas ;;
        - nomas *de|{the} {texts}
        - renuncio a *{the} lista|mensajes
        - menos|ninguno|ninguna {texts} &.|,
        - ^ ninguno|ninguna|ni_un|ni_uno mas &.|,
        - punto final|fin a|con *{the} {texts}
        - paso de *{the} {texts}
        - {texts} ..2 {no} *los|las|lo {want} &.|,|y
        - nada de {texts}
        - basta|fuera|chao|ciao|adios|alto|stop|bueno|suave|chole|fin|carajos|mierda|diablo|
          suficientes|suficiente|harto|harta|jarta|
          jarto|cansado|cansada|hartos|joden *{cl}|con|de|a|recibir|{the} {any_texts}|mandan
        - ^^ *{no} {no} mas ;;
        - ^ {no} mas &.|{no}|,
        - ^^ *{no}|que basta|alto *basta|alto *{cl} ;;
        - fuera *{cl} de *{the} lista|numero
        - hasta aqui|aqui_no ..6 {texts}|manden
        """,
        0.8,
        (IF, REPORTED, re.compile(r"\bno $")),
    ),
    RULE(
        "no-lo-hagan",
        "- {no} los|las|lo {want}|ocupo &.|,|y|gracias\n- {no} *{aux}|{cl}|lo|se|es_necesario_que "
        "haciendo|hagan|sigan|molestar ;",
        0.7,
        (IF, REPORTED),
        needs="- mensajes|mandar|mandando|manden",
    ),
    RULE(
        "a-otros",
        "- a mi {no} ;;\n- ahorrense|ahorrate|guardense|metanse *{the} mensajes",
        0.6,
        (IF,),
        needs="- mensajes",
    ),
)
