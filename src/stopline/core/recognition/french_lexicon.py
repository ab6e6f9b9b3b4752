"""The words of requests in French (Canada), and the many ways they are typed."""

import re
from typing import Final

from stopline.core.recognition.romance import Lexicon, Spelling


def _forms(verbs: str, ending: str = "er ez e es ons iez ent") -> str:
    """The stems of verbs with each of some endings, as one row of words."""
    return " ".join(f"{stem}{one}" for stem in verbs.split() for one in ending.split())


# Stems of verbs in -er; -er, -ez, -e, -es and -ee sound alike and are written for each other.
_SENDING: Final = (
    "text contact recontact relanc achal derang importun harcel sollicit spamm communiqu "
    "emmerd goss embet reveill fatig  notifi avis niais bombard inond pollu reecriv pourchass "
    "messag talonn "
    "dran magan assaill"
)
_REMOVING: Final = (
    "enlev retir supprim effac ray ot radi elimin debarqu flush deplug decroch raie barr tir jet "
    "desenregistr biff"
)
_STOPPING: Final = "arret cess stopp slaqu suspend"
_CANCELLING: Final = "annul desactiv resili ferm debranch desactiv deconnect"

_FORMS: Final = {
    "messages": "infolettre infolettres message messages mesage mesages msg msgs texto textos "
    "textes txto txtos txt txts "
    "sms smss alerte alertes notification notifications notifs notif promo promos promotion "
    "promotions offres pub pubs publicite publicites rappel rappels avis spam spams pourriel "
    "pourriels communication communications texte envoi envois reminders reminder messageries "
    "sollicitation sollicitations texts textages propagande",
    "choses": "courriel courriels sondage sondages rabais speciaux circulaire circulaires "
    "nouvelles politique pubes annonce annonces mails courrielle offre "
    "newsletter affaires niaiseries cochonneries",
    "envoyer": "envoyer envoyez envoye envoies envoie envoyiez anvoye anvoyer envoyes expedier "
    "expediez "
    "expedie transmettre transmettez offrir offrez propose proposer proposez demandez_argent",
    "ecrire": _forms(_SENDING) + " tanner tannez ecoeurer ecoeurez ecrire ecrivez ecris ecrit "
    "ecrives ecriviez joindre joindrez jointe avertir avertissez "
    "remplir remplissez text contactee relancee textez txter text_er recrire recrivez reecrire "
    "envoyes ecriver ecrivent contactent",
    "appeler": "appeler appelez appelle appelles telephoner telephonez rappeler rappelez",
    "enlever": _forms(_REMOVING)
    + " sortir sortez sors sorte exclure excluez exclus exclu detruire detruisez otez ote "
    "remove delete retire retirees enlevee enleves retiree raye rayee supprimee effacee",
    "arreter": _forms(_STOPPING)
    + " interrompre interrompez finissez cesse areter arette arete cessation finito",
    "arret": "arret arrest arrets arrett aret arrets",
    "annuler": _forms(_CANCELLING) + " coupez couper eteignez eteindre annulation resiliation",
    "desabonner": "desabo "
    + _forms("desabonn desinscriv desabonnat desaffili")
    + " desinscrire desinscris desinscrivez desabonnement desinscription desabonnee desinscrit "
    "unsubscribe unsub unsuscribe desaffilie desengager dezabonner optout",
    "lacher": "lacher lachez lache laches laches laissez laisse lesse laisser laissiez foutez fou "
    "fous "
    "foutre fichez fiche ficher crissez crisse sacrez sacrer sacre decrissez decrisse fouter "
    "lachiez",
    "tranquille": "seul seule tranquille tranquilles tranquil trankil trankille tranquile paix "
    "patience "
    "peace tranquillement",
    "plus": "plus pu pus plu puss plusse",
    "jamais": "jamais jamai",
    "pas": "pas pa po",
    "rien": "rien",
    "veux": "veux veut veu jveux jveu jveut voudrais voudrait voulons veulent souhaite souhaitons "
    "desire desirons dessire aimerais aimerait tiens tient "
    "consens accepte autorise autorises prefere prefererais voulais besoin envie j_veux",
    "interesse": "interesse interessee interessent interesses interesser",
    "recevoir": "recevoir ravoir resevoir recevoire reçevoir recevoirs",
    "recois": "recois recoit recoivent recevez recu recue",
    "infos": "infos info information",
    "tanne": "tanne tannee tannes ecoeure ecoeuree marre ecoeurant",
    "abonnement": "abonnement abonnements inscription suivi",
    "liste": "liste listes list base bases systeme sisteme fichier fichiers registre registres "
    "dossier dossiers campagne campagnes banque contacts infolettre chat bottin echantillon "
    "repertoire groupe "
    "groupes",
    "numero": "numero numeros num cell cellulaire cel telephone tel coordonnees portable "
    "mobile phone number renseignements informations donnees",
    "nom": "nom noms",
    "inclure": "incluez inclure inclus ajouter ajoutez ajoute mettez mettre inscrire inscrivez",
    "utiliser": "utilisez utiliser utilise partagez partager servez",
    "jeter": "jetez jeter brulez bruler ignorez ignorer sautez debarrassez dissociez inactivez "
    "inactiver",
    "insister": "insister insistez insiste",
    "ligne": "ligne lignes",
    "consentement": "consentement consentements permission autorisation",
    "veuillez": "veuillez veuiller veuille veulliez pouvez pouvais pourriez pourrais peux puis "
    "peut priere auriez serait",
    "ca": "ca sa tsa cela ceci",
    "d": "de d du des dla dela",
    "l": "le la vo son ses les l ma mon mes vos votre ces ce cette cet tes ta ton leur notre nos",
    "m": "m me moi moe moue toe nous",
    "ne": "ne n",
    ",": "mais faque alors sinon",
    "c": "c",
    "j_en": "jen",
    "aucun": "aucun aucune",
    "j": "j je chu chui jsuis",
    "consenti": "consenti consentie",
    "qu": "que qu k",
    "oublier": "considerer considerez oublier oubliez oublie oublies perdez perdre perds jetez "
    "jeter jette",
    "comment": "comment",
    "fin": "fin finis fini finie terminer terminez termine terminus",
    "stop": "stop estop stopt stiop stp_stop",
    "porter_plainte": "plainte poursuite poursuivre denonce denoncer signale signaler avocat "
    "avocate crtc lcap amende amendes bloquer_vous",
    "-": "svp stp pls please plz plais plait merci mercie merki mersi bonjour bonsoir allo salut "
    "hey "
    "ok donc la_la maintenant monsieur madame mesdames messieurs gang tabarnak tabarnouche "
    "calisse criss osti maudit maudite calvaire sti ostie wallah viarge siouplait siteplait "
    "immediatement immediat desormais dorenavant aussi vraiment juste ben bin pis puis_la "
    "definitivement tout_de_suite stp_la coucou oui la",
}

_PHRASES: Final = {
    "d_l": "d_ela",
    "attente": "liste_d_attente",
    "-": "s_il_vous s_il_te sil_vous sil_te s_il_vou je_vous_prie je_vous_en_prie au_plus_sacrant "
    "tout_suite bon_sang s_v_p je_vou_en_pri",
    "arreter": "inclure_fin y_inclure_un_terme inclure_un_terme y_mettre_un_terme mettre_un_terme "
    "mettez_un_terme",
    "messages": "messages_messages service_d_messages l_service_d_messages",
    "ecrire_m_plus": "messages_m_plus",
    "ecrire_m_pas": "messages_m_pas",
    "envoyer": "entrer_en_contact entrez_en_contact communiquer_avec",
}

# Words that are no slips of ours.
_ORDINARY: Final = (
    "mois brulee affaire faute acceptez arthrite finit finissent finir coupe coupes signal raison "
    "promis sorti sortie debarree session poule veille serai pese couler suspendre suspendus "
    "banques autorisees nouvelle marde mars marche mere autre autres sorties raisons affaire "
    "preferee appel appels visite tasse case casse chasse lasse classe basse baisse laver "
    "patiente patient patiente renvoyer perdu perdue abonner abonne reabonner reabonnez courrier "
    "courriers donner donnez donne "
    "demande demandes demander commande commandes note notes notre votre porte portes carte cartes "
    "poste passe passer rester reste retour prendre rendre vendre entendre depuis message "
    "premiere semaine aller avoir voir savoir devoir mettre cessna presse facture fracture "
    "peser laver lever livrer liver entrer trouver tante dette cadre mettez restez venez ditez "
    "pays payer paye payez arriver arrive arrivez annee annees ferme avant tard soir lire reste "
    "sante contact contacts lecture permis compte comptes conte exclusif note texture test date "
    "mange manger manque louer jouer parle parler aide aider gere gerer reserve adresse encore "
    "ecole ecran photo phone matin retard achat chat chaque change changer charge charger range "
    "rangez acheter achete payer avise remarque marque lache danger etranger"
)

_PREFIX: Final = re.compile(r"(?:[dmnljs]|de|me|ne|je)+")
_SUFFIX: Final = re.compile(r"moi$")
_PIECE: Final = re.compile(r"de|me|ne|je|moi|[dmnljs]")

_SOUNDS: Final = (
    (re.compile("qu"), "k"),
    (re.compile("c(?=[eiy])|z(?!$)"), "s"),
    (re.compile("ch"), "C"),
    (re.compile("c|q"), "k"),
    (re.compile("ph"), "f"),
    (re.compile("y"), "i"),
    (re.compile("h"), ""),
    (re.compile("eau|au"), "o"),
    (re.compile("(?:er|ez|ees|ee|es|e)$"), "e"),
    (re.compile("(?<=[a-z]{3})[st]$"), ""),
    (re.compile("a(?=[nm][bcdfgjklpqrstvx])"), "e"),
)


LEXICON: Final = Lexicon(
    Spelling(
        _FORMS,
        _PHRASES,
        _ORDINARY,
        _SOUNDS,
        _PREFIX,
        _SUFFIX,
        _PIECE,
        anchors="choses inclure utiliser jeter insister appeler ecrire envoyer interesse tanne "
        "oublier enlever arreter arret annuler desabonner "
        "lacher tranquille messages veux "
        "abonnement liste recevoir fin oublier consentement numero aide stop debut veuillez rien "
        "plus jamais j ca aucun arreter",
        shared="stopp stopt stiop estop arrest chat communique gang inscription insistent madame "
        "pis portable propose pub "
        "puss "
        "repertoire resilient stopper telephone tire tires derange ferment desire mesdames bin on "
        "ai par pour des me il si sous comment a des rien or un est stop sms promo promos "
        "promotion promotions spam alerts texts text messages "
        "message notification notifications sortes list base bases mobile phone number com "
        "communication communications avis mails mail rappel reminder reminders newsletter "
        "permission remove delete tel cell cel num nom annul patience peace fine cause note spams "
        "autorisation offer alert alerts text texted texting contact contacts cess fun run rays "
        "ray sort sorted cancel list lines phone numbers phones unsub unsubscribe terminus infos "
        "fiche fou ot stopped stopping stops lists listed reason mess j k d please pls plz hey vow",
        keywords="arret arreter desabonner cesser",
        small="appartient habite mon adieu suffit peut doit va fait plein cul ras bol fois faut "
        "assez et est il elle dans sur avec pour vous ai suis ou si qui on une un des les au aux "
        "sont etes avez depuis chez tres trop encore deja cela sans sous par ils elles nous lui "
        "quand comme meme bien rendez etait ete avais allez faire fait dire dit votre vos",
    )
)
