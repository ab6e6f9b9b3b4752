"""Orders to stop in French: stop sending, stop the texts, a keyword with more around it, leave "
"me alone."""

from typing import Final

from stopline.core.recognition.french_words import GUARDS, IF, NEGATED, RULE

RULES: Final = (
    RULE(
        "arretez",
        """
        - arreter *d|{cl}|{the}|{polite}|avec|m m|nous {send}
        - arreter *d|{cl}|{the}|{polite}|avec|m {send} *m|nous|{the} {any_texts}|numero|m|nous
        - arreter *d|{cl}|{the}|{polite}|avec|m {send} &{end}
        - arreter|annuler *d|{cl}|{the}|{polite}|avec|m {texts} !d_fraude
        - arreter|annuler *d|m|l recevoir *l messages
        - lacher l|avec|d *{the} {texts}
        - arreter|annuler *l|votre cirque|niaiserie|niaiseries|harcelement|arnaque|folies|achalage
        - intention d arreter
        - m envoyer avec *{the} {texts}
        - arreter|annuler *m|{the} abonnement *a|aux|{the} {texts}
        - arreter|annuler *m|{the} abonnement ;
        - arreter d *m|nous appeler &{end}
        - arreter *{the} contact ;
        - arreter ?m ca &.|,|tout
        - arreter *{cl}|d {the} {texts}
        - {texts} ?l arreter !pas|d
        - arreter l ;
        - arreter avec ca ;
        - arreter d *m|l|nous renvoyer|courir|suivre
        - ^^ lacher ;;
        - pensez|allez|penses|vas vous|tu *fin|par arreter
        - adieu|bye|bye_bye *{the} {texts}
        - qu|veux *qu|vous|on|l {texts}|ca|vous arreter &.|,|?|m|ca|l_messages|d_m|d_{send}
        - faut|faudrait *qu|vous|{cl} arreter &.|,|?|ca|l_messages|d_m|d_{send}
        - faut|faudrait *qu|vous|m enlever &.|d_l
                - vous|tu ?veuillez arreter &.|,|?|d_m|d_{send}|maintenant
        - demande l arret|suppression|retrait d *{the} {texts}|numero|liste
        - finir|finissez par arreter
        - bye|bye_bye|adieu *{the} {texts}
        - ras_l_bol|plein_l_cul|plein_l_dos|chier|diable|marde d|avec *{the} {texts}
        - comment|moyen|possible ..3 arreter *ca|{the} ?d *{cl} {send}|{texts}|ca
        - ^ *{polite}|veuillez arreter ;
        - arreter|annuler m|nous ca
        - m|nous annuler|arreter ca
        """,
        0.9,
        GUARDS,
    ),
    RULE(
        "arretez-ca",
        "- arreter ?l|ca|tout|d|{send} ;\n- annuler l|ca|tout ;",
        0.7,
        GUARDS,
        needs="- messages|envoyer|numero|liste",
    ),
    RULE(
        "mot-seul",
        """
        - ^^ *{polite}|l stop|arret|arreter|fin|desabonner|annuler|enlever *ca|tout|stop|arret|{cl}
          ;;
        - ^^ stop|arret|desabonner|fin *stop|arret .
        - ^^ stop|arret *, j|c|m|qu
        - ^^ stop|arret ,
        - , stop|arret &,|.
        - ^^ stop et ;;
        - ^^ annuler , !l|un
        - ^^ demande d arret|retrait ;;
        - retrait definitif|immediat ;;
        - ^ on arreter ca &.|,|tout
        - ^ on arreter l_messages
        - ^ d arreter ;
        - ^^ retrait ;;
        - retrait d *{the} {list}
        - demande|demander d retrait|desabonner
        - interesse|pas_interesse stop|arreter|enlever|desabonner ;;
        - . stop|arret|fin ;;
        - , stop|arret|desabonner ;;
        - numero|interesse stop|arret ;;
        - ^^ non stop ;;
        - ^^ lacher m|prise ;;
        - lacher prise ;
        """,
        0.85,
    ),
    RULE(
        "paix",
        """
        - lacher m|nous *{the} tranquille|dormir|respirer
        - lacher tranquille|m_tranquille|m_l_tranquille
        - lacher m|nous &.|,|avec
        - lacher l grappe|tranquille
        - lacher *{the} numero tranquille
        - ^ lacher l numero ;
        - lacher avec *{the} {texts}
        - lacher m *l grappe|bras
        - lacher d mon|l numero
        - lacher|laissez tomber *{the} numero
        - m lacher *{the} tranquille
        - lacher ..2 tranquille
        """,
        0.85,
        (NEGATED, IF),
    ),
)
