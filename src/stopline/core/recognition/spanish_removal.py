"""Removal in Spanish: off the list, the number deleted, unsubscribed, consent withdrawn."""

import re
from typing import Final

from stopline.core.recognition.spanish_words import GUARDS, IF, NEGATED, REPORTED, RULE

RULES: Final = (
    RULE(
        "quitenme",
        """
        - quiten|quitar|bajen me|nos !el|la|los|las|lo|un|ese|esa|esos|este|esta|otro|como|dos|al|
          del|de|mi|tu|su|con|a|cita|citas|
          dinero|turno|copia|foto|hora|por_(?:favor)|unas|unos
        - quiten|quitar|bajen|quitan|salir ?me|nos *{cl} de|del|a *{the} {list}|ustedes
        - quiten|quitar|bajen me|nos de|del *{the} !espera|dudas|duda|buro|deuda|buro9|seguro|
          poliza|turno|
          clase|garante|tarjeta|
          cuenta|cargo|recibo|la|el
        - quiten|quitar|bajen me|nos|{cl} como|de cliente|donante|contacto|usuario|ustedes
        - me|nos *pueden|puede|podrian|podria|puedes|van_a|va_a|vas_a|hace|haces|favor_de|la
          quitar|quitan|quiten|bajan !{the}
        - me|nos *pueden|puede|podrian|podria|puedes|van_a|va_a|vas_a|favor_de|la
          quitar|quitan|quiten|bajan|sacar de|del|a *{the} {list}
        - me|nos quiero salir &{end}|de_aqui
        - pido ser removido|quitan|eliminado|excluido|borrado|quitados|eliminada|borrada|removida|
          excluida
        - quiten|quitar *mi|mis|{cl} informacion !de_(?:la|mi)_(?:cuenta|tarjeta)
        - quiero|pido *que|{cl}|me salir|quitar|quiten|quitan|salgo|excluya *{cl} de|del|{the}
          {list}
        - quiero|pido|manera_de|hago_para|hago_pa|para salir_me_de_lista|salir_me_del_lista|
          salir_me_de_esto|salir_me_de_aqui|salir_de_lista|salir_de_mensajes
        - quiten|quitar|quitan *{cl}|{the} numero !de_(?!(?:{list}|su|sus|esa|esta|la_lista|
          la_base|el|ahi|por)_)[a-z]+
        - quiten|quitar|quitan *{the}|{cl} mensajes|lista *mas|{the} ;
        - quiten me ?de esto|esta|estos|esa cosa|vaina|madre|chingadera|{texts}
        - me voy|bajo|cese|salgo|quito de|del *{the} lista|mensajes|club
        - tiren *de|{the} numero
        - quiten *{cl} mama|papa|esposo|esposa|hijo|hija|abuela|abuelo|hermana|hermano ?de {the}
          lista|mensajes
        - quiten *{the} nombre &.|,|de_{list}|de_su_lista|de_la_lista|del_lista
        - me off|out ?de|of *{the} lista
        - quiten mi phone
        - hagan|haganse *de|cuenta|como|si que {no}_existo|me_mori|cambie9|el_numero_no
        - me despido de *{the} lista
        - me iban a quitar
        - quiten quiten ;
        - (?:salgo) me ;
        - ^ me salgo
        - me salgo de *{the} {list}
        """,
        0.85,
        GUARDS,
    ),
    RULE(
        "quitenlo",
        """
        - quiten|quitar|quitan|olviden|saquen *{cl} lo|la|los|las|esto|eso ;
        - ^ *{cl} quiten *quiten|lo|la ;
        """,
        0.7,
        GUARDS,
        needs="- numero|mensajes|lista",
    ),
    RULE(
        "baja",
        """
        - den|dar|doy|dan|da|quiero|pido|mande *me|nos|lo|la|una|mi|un|den|dar de baja
          !de|del|el|la|en|por|las|mi|los|precio|un|a
        - den|dar|doy|dan|da|quiero|pido|mande *me|nos|lo|la|una|mi|un|den|dar ?de baja de|del|en|
          mi|los|el|
          la|las|a|este|esta|por *{the} {list}
        - quiero|pido|mande *que|me|la|mi|disponer|una|dar|den baja &.|,|y
        - la baja de *{the} numero|lista|mensajes|envio_de_mensajes
        - la baja de *{the} linea en|del ..3 mensajes|lista
        - baja de *{the} mensajes|lista ;
        """,
        0.85,
        (IF, REPORTED, re.compile(r"\b(?:talla|planta|no|presion|temporada|parte) $")),
    ),
    RULE(
        "desuscribir",
        "- desuscribir *me|nos|{cl} !como",
        0.85,
        (NEGATED, IF, REPORTED),
    ),
    RULE(
        "olviden",
        """
        - olviden *me|de|nos|{the} numero !de
        - {no} olviden *{the} tiempo
        - lista de {no} llamen
        - olviden me|nos ;
        - olviden de mi ;
        - numero ..2 {no} *{cl} existe|debe|figure|aparezca|este|deben
        - {no} *{cl} debe|deben|figure|figurar|aparezca|aparecer|estar ..2 lista|mensajes
        """,
        0.8,
        (IF, REPORTED),
    ),
    RULE(
        "revoco",
        """
        - revoco|revocado|quito|retiro|salgo|cese|cancelo|revocar|quitar *{the} consentimiento|
          autorizacion|permiso
        - {no} *{cl} quiero|di|tienen|tiene|doy|dado|cuentan|tengo ..3 consentimiento|autorizacion|
          permiso ..4 {send}|numero|mensajes
        - ejerzo|derecho ..3 cese|oposicion|supresion|cancelacion
        """,
        0.8,
        (re.compile(r"\bno $"),),
    ),
)
