"""Removal in French: off the list, the number deleted, unsubscribed, consent withdrawn."""

import re
from typing import Final

from stopline.core.recognition.french_words import IF, NEGATED, PAST, RULE

RULES: Final = (
    RULE(
        "enlevez-moi",
        """
        - enlever m|nous d l ;
        - enlever *{cl} d|du|sur|en|sul|aux *{the} {list} !d_benevoles|d_garde|d_joueurs|d_invites|
          d_participants|d_presences
        - enlever m|nous !une|des|copie|d|l|un|pas|en|tout|a|mon|au|aux|si|mes|sa
        - enlever *m|{the} numero !d_(?!(?:l_{list}|{list}|numero|telephone)_)[a-z]+|alignement
        - m|nous *{cl}|faire|etre|veuillez enlever !l|d|au|a|un
        - m|nous *{cl}|faire|veuillez enlever d|du|sur|aux *{the} {list}
        - enlever *l|{the} d *{the} {list}
        - enlever l ..1 d *{the} {texts}
        - qu on m enlever
        - enlever *l nom &.|,
        - enlever *l nom d *{the} liste|messages
        - m off|out ?d|of *{the} liste
        - enlever *l mere|pere|mari|femme|fils|fille|soeur|frere|grand ?mere ?pere ?d *{the} liste|
          messages
        - enlever ?l|son numero d *l mere|pere|mari|femme|fils|fille|soeur|frere
        - etre|sois|soit|est enlever *d|{the} {list}
        - numero soit enlever|annuler|arreter
        - j m enlever|desabonner
        - j quitte|quitter|renonce ?a *{the} {list}
        - tirer|bloquer *{the} numero d *{the} {list}|votre
        - enlever m d *{the} !quart|reunion|vol|chaine|cours|compte|bail|horaire|equipe|l|un|garde|
          attente
        - veuillez *j|tu|etre|m enlever ?d ?l {list}
        - veuillez|possible *j|d|m|faire|etre enlever &.|?
        - m|nous enlever d l ;
        """,
        0.9,
        (NEGATED, IF, re.compile(r"\b(?:il|elle|ils|elles|lui|on)(?: \w+)? $")),
    ),
    RULE(
        "enlevez-le",
        "- enlever l &.|,|d|pour|et|qu\n- l enlever &.|d|pour\n- enlever ;;",
        0.7,
        (NEGATED, IF),
        needs="- numero|messages|liste",
    ),
    RULE(
        "desabonner",
        """
        - desabonner *m|{cl}|nous &.|,|?
        - desabonner *{the} numero
        - desabonner *m|{cl}|nous d|aux|a *{the} {list}
        - m|nous desabonner !d
        """,
        0.85,
        (
            NEGATED,
            IF,
            re.compile(r"\b(?:ete|etes|suis|est|etait|fait|ai|avez|peur)(?: \w+){0,2} $|\bpour\b"),
        ),
    ),
    RULE(
        "oubliez",
        """
        - oublier *{the} numero !d|dossier
        - jeter *vous|d|{the} numero
        - faites une croix
        - faites comme si j *ne existais|etais
        - enlever contact ;
        - oublier l existence
        - bloquez|bloquer *{the} numero
        - oublier m|nous !pas|d|l|un
        - numero ?ne exister|disparaisse|inexistant|comme_inexistant
        """,
        0.8,
        (NEGATED, IF, PAST),
    ),
    RULE(
        "consentement",
        """
        - enlever|annuler|revoque|revoquer|retire ..4 consentement
        - pas|jamais|sans|aucun ..2 consentement &.|,
        - pas|jamais|sans|aucun ..2 consentement d|pour|a m|nous|{send}
        - pas|jamais consenti
        - pas autoriser *{cl} ?a *{cl} {send}
        - oppose ..3 d *{the} numero|messages
        - destruction|suppression|retrait d ..6 numero
        """,
        0.8,
        (IF,),
    ),
)
