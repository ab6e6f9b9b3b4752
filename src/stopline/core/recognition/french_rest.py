"""What else asks in French: how to get off, threats; requests to start, for help; what is "
"doubtful."""

import re
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.french_words import NEGATED, RULE

RULES: Final = (
    RULE(
        "comment",
        """
        - comment ..5 plus|arreter|desabonner|enlever *{the}|{cl}|recevoir|d {texts}|recevoir|numero
        - comment ..4 desabonner
        - comment ..3 {cl} enlever
        - combien d fois|stop ..6 dire|dise|dises|redire|comprendre|compreniez|repeter|demander|non
        - quand ..5 lacher|arreter *{the}|m|d tranquille|{texts}|{send}
        - pourquoi ..4 continuez|continue|encore ..4 {send}|{texts} ..3 stop|arret|arreter
        - comprenez|comprend|compreniez pas ..2 stop|arret|arreter
        - comprenez pas dans ..2 arreter|stop|arret|plus
        - fois|x stop|arret ;
        - quel mot ..3 pour arreter|desabonner|enlever
        - quoi|taper|tape|ecrire|moyen|adresser|adresse pour ?m ?ne desabonner|plus_recevoir|
          plus_en_recevoir|enlever
        - ou ..4 desabonner
        - quand ..5 arreter &.|?
        - comment ..3 arreter &.|?
        - dit|fait|repondu|tape|mis|ecrire|envoyer stop|arret ..1 fois
        - envoyer|ecrire|dit|fait|repondu|tape|mis stop|arret|arreter ?et ca|vous continuez|continue
        - dit|demande|demander|redit|repete|repeter d|stop|arret ?arreter|desabonner|enlever ;;
        - demande|demander|redemande d|a *etre|m enlever|arreter ;
        - fois qu ..5 enlever|arreter
        - envoyer|dit|fait|repondu|tape|mis stop|arret|arreter *deux|trois|plusieurs|quatre|cinq|
          mille|fois &.
        - ai ..3 stop|arret ..3 encore|quand_meme ..3 {texts}
        """,
        0.75,
        (NEGATED, re.compile(r"\b(?:si|erreur|pensant)\b")),
    ),
    RULE(
        "menace",
        """
        - encore|un|autre *un|autre {texts} et
        - encore|un|une|autre *un|autre {texts} *d|plus et|pis|, *j|{cl} porter_plainte
        - police|porter_plainte|poursuivre|plaindre|bloque|bloquer ..3 si vous|tu|ca ..2 arreter|
          continuez|continue|ecrire
        - porter_plainte ?si|contre vous
        - messages ..6 porter_plainte
        - porter_plainte ..6 messages|envoyer|arreter
        """,
        0.7,
    ),
    RULE(
        "recevoir",
        "- j veux recevoir|rerecevoir *l|d {texts}",
        0.7,
        (),
        KeywordClass.OPT_IN,
    ),
    RULE(
        "aide",
        "- ^^ aidez_m|aide|j_ai_veux_d_aide|veux_d_aide *{polite} ;;",
        0.7,
        (),
        KeywordClass.HELP,
    ),
    RULE("wrong-number", "- mauvais|faux numero", 0.3),
)
