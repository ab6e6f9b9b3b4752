"""Orders to stop in Spanish: stop sending, stop the texts, a keyword with more around it, leave "
"me alone."""

from typing import Final

from stopline.core.recognition.spanish_words import GUARDS, RULE

RULES: Final = (
    RULE(
        "dejen-de",
        """
        - ^ deje9 de molestar
        - dejen denuncio *me|{texts}
        - dejen|dejar|dejan|paren|parar|terminar|basta|stop *se|me|de|con|{cl}|esten|tanto|{the}|
          andar|seguir|sigan {send} me|nos
        - dejen|dejar|dejan|paren|parar|terminar|basta|stop *se|me de|con *{cl}|esten|tanto|{the}|
          andar|seguir|sigan {send} *{cl}|{the} {any_texts}|numero
        - dejen|dejar|dejan|paren|parar|terminar|basta|stop *se|me de|con *{cl}|esten|tanto|{the}|
          andar|seguir|sigan {send} *les|le &{end}|y|o
        - dejen|dejar|dejan|paren|parar ?me|nos|se de *me|nos|{aux} molestar !al|el|la|a_los|a_la|
          a_el|a_su
        - dejen|dejar|dejan me|nos de {send}
        - dejen|dejar|dejan|paren|parar|terminar|basta|stop *se|me de|con *{cl}|andar|seguir|sigan
          cobrando|buscando|insistan|llenar|llenarme|llenarnos|lleguen|llegar
        - dejen|dejar|dejan|paren|parar|terminar|basta|stop *se|me de|con *{cl}|andar|seguir|sigan
          llamen me|nos|y|o
        - dejen|dejar|dejan de|con|acoso|la|los|las|tanto|tantos|esos|estos|tanta *{the} {texts}
        - para de {send}
        - para con *{the} {texts}
        - ^^ para ;;
        - ^^ cancelen *lo|los ;;
        - dejen|dejar|dejan me|nos solo
        - dejen|dejar|dejan ?me|nos en_paz|tranquilo|tranquila|tranquilos|quieto|quieta|
          quietos|
          descansar|dormir|vivir|fuera
        - me|nos dejan|dejen ?de en_paz|tranquilo|tranquila|tranquilos|quieto|quieta
        - dejen *{the} acoso|hostigamiento|mamada|numero|joda|jodedera
        - dejen_de|dejen|paren *{the} ..2 de *{the} {texts}
        """,
        0.9,
        GUARDS,
    ),
    RULE(
        "paren",
        """
        - paren|parar|cancelen|cancelar|quiten|cese|terminar|stop *{cl}|{the} {texts} !anterior|
          repetido|pasado|equivocado
        - cancelen *{the} numero de|del *{the} {texts}|lista
        - paren|parar|cancelen|cancelar|cese *{the} suscripcion ;
        - paren|parar|cancelen|cancelar|cese *{the} suscripcion|lista a|de|al ?{the} {texts}
        - cancelen *{the} lista|suscripcion|numero &.|,
        - ^ *{no}|que|por|a|{cl} paren *{cl}|con|{the}|eso ;
        - paren|cancelen|cancelar ?con eso|esto|todo_eso &.|,
        - puede|pueden|podrian|podria|puedes parar|paren *{the} esto|eso|con_esto|{texts}
        - quiero|pido que *{cl} paren|dejen ;
        - ^^ favor quitar|cancelar|cancelen|quiten ;;
        - cancelen me|nos &{end}
        - cancelen me de|del *{the} lista|{texts}
        - sera|podrian|puede|pueden|harian|favor ..3 parar|paren &.|?
        - paren me|le|les ?a *{the} {texts}
        - paren *{the} comunicacion ?conmigo
        - parar envio ;
        - terminar con esto|eso ;
        - den por cancelados *{the} {texts}
        - paren le|les ;
        - paren le|les con *{the} {texts}
        - ^ pido|quiero *{cl}|{the} cese|cancelen|cancelar *{the} {texts}|envio|envios
        - mande ..3 que ..2 paren|quiten|dejen|bajen ;
        - mande ..3 que ..2 dejen|quiten de|me
        - cese ?inmediato de ?todo ?{the} {texts}|contacto|comunicacion
        """,
        0.85,
        GUARDS,
    ),
    RULE(
        "cancelenlos",
        """
        - paren|cancelen|cancelar|cancelo|quiten lo|los|la|las|esto|eso ;
        - , paren|cancelen ;;
        - *{the} {texts} ..4 paren|cancelen|cancelar|quiten lo|los|la|las
        """,
        0.7,
        GUARDS,
        needs="- mensajes|numero|lista|recibir|contactado|esto|suscrib[a-z]+|inscrib[a-z]+",
    ),
    RULE(
        "palabra-sola",
        """
        - ^^ {no} quitar ;;
        - ^^ baja|quitar|borrar *{the} numero ;;
        - ^^ ?solicitud ?de baja|desuscribir definitiva|inmediata ;;
        - , stop|alto|baja|salir|desuscribir ;;
        - interesa|numero|equivocado stop|alto|baja|salir ;;
        - solicitud de baja
        - ^^ stop y ;;
        - ^^ alto , !{texts}|moreno|guapo|grande
        - ^^ cancelar , numero
        - ^^ {no} mandar|recibir|manden ;;
        - ^^ quitar|retiro *me ;;
        - ^^ baja|salir|desuscribir ,
        - ^^ baja inmediata ;;
        - ^^ *{cl}|{no} stop|alto|basta|paren|parar|cancelar|terminar|salir|baja|desuscribir|bajas
          *se|stop|alto|basta|paren|parar|cancelar|terminar|salir|baja|desuscribir|le|todo ;;
        - ^^ stop|alto|salir|baja|parar|cancelar|desuscribir|terminar *, {no}|yo|que|mucho|es|
          quiten|
          me
        - ^^ stop|alto|salir|baja|parar|cancelar|desuscribir|terminar *stop|alto|salir|baja|parar|
          cancelar|desuscribir .
        - ^^ stop|alto|salir|baja|parar +stop|alto|salir|baja|parar ,
        - . stop|alto|salir|baja|parar|desuscribir ;;
        - ^^ cancelar|salir|terminar|parar *{the} suscripcion|lista ;;
        """,
        0.8,
        (),
    ),
)
