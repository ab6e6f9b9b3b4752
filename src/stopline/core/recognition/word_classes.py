"""The classes of words that the model looks at: what a word does in a request, in any language.

Requests of the three languages are made of the same parts: somebody tells a sender to end or to
remove something, or refuses to receive it. A class stands for all words that do one of these, so
that what the model learns of one word or language holds for the others. `word*` stands for every
word that begins so.
"""

from functools import lru_cache
from types import MappingProxyType
from typing import Final

from stopline.core.recognition.remembering import MAX_REMEMBERED

_ENGLISH: Final = {
    "GOODS": "bill bills invoice invoices statement statements package packages parcel parcels box "
    "boxes letter letters catalog catalogs catalogue refund refunds check checks cheque money cash "
    "order orders receipt receipts form forms paperwork papers sample samples product products "
    "flowers gifts shipment shipments delivery deliveries fax magazine magazines card cards",
    "STOPV": "stop quit cease discontinue halt desist refrain stopped stopping stops quitting "
    "ceasing discontinued knock lay estop stap",
    "ENDV": "end cancel terminate kill disable deactivate mute suspend turn shut cut ending switch "
    "silence hush pause disconnect finish close chill ended cancelled canceled terminated disabled "
    "deactivated muted suspended turned cutting killing ends eliminate",
    "TEXTING": "texting messaging contacting sending calling emailing pinging reminding asking "
    "notifying alerting telling inviting surveying reaching writing blasting buzzing ringing "
    "phoning dialing",
    "PEST": "harassing bothering bugging spamming annoying pestering hounding disturbing "
    "bombarding soliciting badgering stalking blowing harass bother spam disturb bug annoy pester "
    "badger hound bombard nagging nag harassment nuisance annoyed spammed harassed bothered "
    "hitting flooding clogging targeting stalk solicit",
    "SENT": "texts messages sms alerts notifications ads promos promotions offers notices "
    "reminders updates solicitations communications communication deals coupons marketing mailings "
    "alert crap junk shit stuff surveys emails calls blasts pings pics specials newsletters "
    "newsletter advertisements advertising spams robocalls robotexts correspondence mail mails "
    "roles shifts jobs listings recordings thread campaign outreach polls",
    "TEXTV": "text message contact send call email sent notify ping remind alert msg texted "
    "messaged contacted called reach write ring dial",
    "REMOVE": "remove delete erase scrub purge strike drop removed deleted forget lose loose wipe "
    "removal exclude omit blacklist yeet ditch trash expunge withdraw withdrawn detach removing "
    "deleting erased purged dropped scratch cross exempt block disregard dump unlink blocklist "
    "revoke revoked revoking revocation rescind rescinded free release released excuse excused "
    "unsign uninvite kick suppress suppressed retire disassociate disassociated decline struck "
    "scrubbed scratched cleared unlinked removes deletes wiped dlt excluded omitted exempted "
    "uproot evict eject boot unadd untag",
    "UNSUB": "unsubscribe optout unenroll unlist unsubscribed unregister deregister unfollow "
    "unlisted deregistered unenrolled dnc unsubs unsubscribing unsubscribes opt opting",
    "TAKE": "take get put taken took leave let pull takes getting",
    "OFF": "off out outta away",
    "ME": "me us myself ourselves",
    "MY": "my our mine ours",
    "NUM": "number phone name info line device digits numbers address profile email details",
    "LIST": "list lists database system records directory group rotation files file roster "
    "rolodex distribution contacts pool campaign outreach broadcast machine feed spreadsheet "
    "registry crm",
    "NEG": "dont not never no cant wont didnt doesnt isnt wouldnt couldnt shouldnt havent hasnt "
    "aint nor none without zero arent wasnt",
    "AGAIN": "again anymore ever more further future additional any another longer continue "
    "continued",
    "WANT": "want need like wish prefer love interested desire care wants needs wanted rather",
    "GET": "receive receiving get getting got received see hear hearing be being",
    "YOU": "you your yours yourself yourselves",
    "I": "i im ive id ill we weve were",
    "THEY": "he she they it thats that who him her them his their its",
    "THIS": "this these those",
    "THE": "the a an all of to from for on with in at by",
    "WH": "how what when where why which whats hows wheres whens whos",
    "IF": "if unless until whether because while",
    "AUX": "can could would will may might should do did does is are was must shall has have had",
    "ALONE": "alone peace",
    "PERM": "permission consent authorized allowed agreed agree signed sign subscribed authorize "
    "enrolled requested asked",
    "WRONG": "wrong mistake mistaken incorrect",
    "GONE": "died deceased dead passed moved sold voted already switched",
    "LAW": "tcpa fcc lawyer attorney sue report reported reporting illegal lawsuit complaint ftc "
    "carrier court legal lawsuits sued reportable crtc",
    "ENOUGH": "enough tired sick fed done over",
    "LATER": "later tonight tomorrow today monday tuesday wednesday thursday friday saturday "
    "sunday yet now am pm morning noon weekend",
    "START": "start restart resume resubscribe subscribe unstop join reactivate rejoin resign "
    "reenroll",
    "HELPV": "help info information support explain",
    "ITEM": "subscription appointment reservation plan account service membership fee "
    "charge payment trial autopay booking ride policy insurance trip "
    "table class shift loan",
}

_SPANISH: Final = {
    "GOODS": "factura facturas papel papeles recibo recibos paquete paquetes pedido pedidos comida "
    "flores dinero boleta boletas caja cajas cobro cobros cheque cheques tarjeta tarjetas "
    "correspondencia carta cartas catalogo catalogos receta recetas documento documentos",
    "STOPV": "alto basta para pare paren parar parenle parele paren parense deje dejen dejes "
    "dejar deja dejenle dejese dejaran detener deten* cese cesen cesar corten cortenle cortele "
    "cortala cortenla deteng* pararle frenen frenar estop suelten sueltenme interrump* ahorren* "
    "descontinu*",
    "ENDV": "cancel* canse* termin* acab* apag* desactiv* suspend* anul* finaliz* silenci* baja "
    "bajas salir salgo salirme salgan bajenme bajarme detengan desafili*",
    "TEXTV": "envi* embi* mand* mnd* escrib* eskrib* contact* texte* textie* mensaje mensaje* "
    "llam* yam* avis* notifi* comuni* busquen busqu* marqu* marcar marcando insist* reenvi* invit* "
    "dirij* recuerd* record* lleg* yeg* mensaj* testeen testear",
    "PEST": "molest* fastidi* acos* jod* chin* fregar friegu* frieg* jorob* hostig* atosig* hart* "
    "cans* spam latosos lata encabr* enfad* asedi* abrum* satur* bombarde*",
    "SENT": "mensajes msjs mjs msj mjes mensajitos textos texto promocion promociones promos promo "
    "ofertas oferta alerta alertas notificaciones notificacion publicidad anuncios anuncio "
    "recordatorios recordatorio spam propaganda encuestas encuesta correos whatsapp txts txt "
    "informacion descuentos boletin boletines vacantes cadenas versiculos novedades mensajeria "
    "textitos",
    "REMOVE": "quit* kit* saqu* sac* borr* vorr* elimin* remuev* remov* retir* olvid* olbid* "
    "tach* exclu* suprim* desaparez* pierd* bloque* revoc* "
    "retiro tiren descart* bota* boten",
    "UNSUB": "desuscri* desinscri* darme denme deme dame denos desapunt* desvincul* desafil* dar "
    "dense",
    "ME": "me nos mi conmigo",
    "MY": "mis mi nuestro nuestra mio mia",
    "NUM": "numero num telefono tel celular cel nombre datos contacto fono linea movil numerito "
    "fon telefonito",
    "LIST": "lista listas base sistema registro registros grupo directorio contactos listado "
    "padron excel agenda bd",
    "NEG": "no ni nunca jamas tampoco cero sin nada ningun ninguno ninguna nop nel",
    "AGAIN": "mas ya otra vez vuelv* volv* nuevamente jamas siga sigan sigas siguen seguir sigue "
    "seguirme adelante otro",
    "WANT": "quiero queremos kiero qiero quero deseo deseamos necesito nesesito ocupo quisiera "
    "gustaria interesa interes interesan "
    "interesado interesada prefiero preferiria apetece urge autorizo acepto quieren",
    "GET": "recib* resib* reciv* resiv* lleguen llegue llegar",
    "YOU": "usted ustedes ud uds tu su sus tus vos",
    "I": "yo soy estoy tengo vivo voy he",
    "THEY": "el ella ellos ellas le les lo los la las se",
    "THIS": "este esta estos estas esto eso ese esa esos esas",
    "THE": "de del al un una unos unas en con a y por para pa d",
    "WH": "como cuando donde cual cuanto cuanta cuantos quien quienes que q k ke kien",
    "IF": "si hasta aunque porque pues mientras",
    "POLITE": "favor porfa porfavor gracias hola senor senora senorita oiga oigan saludos "
    "bendiciones buenas buenos",
    "AUX": "puede pueden podria podrian puedo debe deben hay hacer hago podrias puedes",
    "ALONE": "paz tranquilo tranquila tranquilos",
    "PERM": "permiso consentimiento autorizacion autorice pedi solicite suscribi inscribi registre "
    "autorizado suscrito solicito pido dije digo suplico ruego agradeceria exijo",
    "WRONG": "equivocado equivocada equivocaron equivocados equivocan error equivoc*",
    "GONE": "fallecio murio falleci* difunt* mude mudo vote",
    "LAW": "abogado demanda demand* denunci* report* profeco condusef ilegal ift queja",
    "ENOUGH": "chole harto harta hartos cansado cansada cansan suficiente",
    "LATER": "manana hoy luego despues tarde noche lunes martes miercoles jueves viernes sabado "
    "domingo rato ahorita",
    "START": "inici* empez* comenz* reanud* reactiv* suscrib* activ* continu* alta",
    "HELPV": "ayud* alluda info ayuda explic*",
    "ITEM": "pedido cita tarjeta cuenta seguro pago cargo orden compra servicio membresia poliza "
    "reserva reservacion plan credito prestamo turno clase mesa paquete domiciliacion",
}

_FRENCH: Final = {
    "GOODS": "facture factures papier papiers colis recu recus livraison commande commandes argent "
    "fleurs courrier boite boites releve releves cheque cheques catalogue catalogues carte cartes",
    "STOPV": "arret* aret* arrt* cess* stop stoppez stoppe stopper slaquez slaque lachez lache "
    "lacher laissez laisse fichez foutez sacrez sacrer calmez finissez",
    "ENDV": "annul* termin* fin finir suspend* desactiv* ferm* coup* resili* interromp* mettre "
    "fini finies cancell* canceler flush*",
    "TEXTV": "envoy* anvoy* ecri* ekri* contact* text* message messag* appel* relanc* recontact* "
    "avis* rappel* sollicit* solicit* menvoy* mecri* dmecri* reecri* communiqu* joindre rejoindre",
    "PEST": "harcel* derang* embet* ennuy* achal* ecoeur* ecoeurant gosse* goss* importun* spam* "
    "pourriel* polluer dranger bombard* tann* decriss* emmerd* agac*",
    "SENT": "messages textos texto texte textes sms promos promo promotions promotion offres offre "
    "alertes alerte notifications notification rappels rappel publicite publicites pub pubs "
    "infolettre infolettres courriels sondages sondage rabais speciaux annonces avis pourriels "
    "msg msgs message mesage mesages circulaires suivi communications communication invitations",
    "REMOVE": "retir* enlev* anlev* efface* effac* supprim* suprim* ote* oter otez raye* rayer "
    "oubli* perd* perdez exclu* elimin* sort* sortez radi* jetez jeter flusher bloqu* revoqu* "
    "debarrass* biff*",
    "UNSUB": "desabon* desinscri* desinscription desabonnement desabonner desabonnez desinscrire",
    "ME": "moi me m nous mwe moe",
    "MY": "mon ma mes notre nos mien mienne",
    "NUM": "numero num telephone tel cell cellulaire nom coordonnees cel ligne portable",
    "LIST": "liste listes base systeme dossier dossiers registre fichier fichiers groupe "
    "contacts banque envoi repertoire donnees",
    "NEG": "ne n pas plus pu pus jamais aucun aucune sans ni non zero rien p",
    "AGAIN": "encore desormais davantage dorenavant jamais autre autres prochain avenir continuez "
    "continuer continue",
    "WANT": "veux veut voulons voudrais souhaite souhaitons desire desirons besoin interesse "
    "interessee interesses interessent aimerais veu jveux jveu prefere prefererais envie consens",
    "GET": "recevoir recevez recois ressevoir ravoir recevrai resevoir avoir",
    "YOU": "vous votre vos tu ton ta tes toi",
    "I": "je j jai suis ai",
    "THEY": "il elle ils elles lui leur leurs son sa ses eux le la les on",
    "THIS": "ce cet cette ces ca cela c ceci",
    "THE": "de des du d l un une en au aux dans sur par pour et a avec",
    "WH": "comment quand ou quel quelle pourquoi qui que combien quoi",
    "IF": "si jusqu parce puisque car tant pendant",
    "POLITE": "svp stp merci bonjour salut bonsoir allo madame monsieur",
    "AUX": "pouvez peux peut pourriez pourrais est etes veuillez prie pourrait etre faites faire "
    "faut",
    "ALONE": "tranquille paix patience tranquilles",
    "PERM": "permission consentement accepte autorise inscrit inscrite abonne abonnee demande "
    "demander autorisation",
    "WRONG": "mauvais mauvaise erreur trompez trompe faux",
    "GONE": "decede decedee mort demenage vendu vote change",
    "LAW": "avocat avocate plainte crtc lcap illegal poursuite denonc* porte",
    "ENOUGH": "assez tanne tannee marre capable plein",
    "LATER": "demain tantot tard lundi mardi mercredi jeudi vendredi samedi dimanche soir matin "
    "midi heure",
    "START": "commenc* recommenc* reinscri* reabon* debut reprend* reactiv* abonnez inscrire "
    "remett*",
    "HELPV": "aide aider aidez info expliqu*",
    "ITEM": "commande rendez carte compte assurance paiement facture forfait reservation colis "
    "abonnement livraison table cours pret hypotheque chaine",
}

# A longer beginning than this is the whole word.
_MAX_PREFIX = 9
_MIN_PREFIX = 3

Lexicon = tuple[MappingProxyType[str, str], MappingProxyType[str, str]]


def _lexicon(classes: dict[str, str]) -> Lexicon:
    """Classes by whole words and by beginnings; the class named first keeps a word of two."""
    whole: dict[str, str] = {}
    begun: dict[str, str] = {}
    for name, listed in classes.items():
        for word in listed.split():
            (begun if word[-1] == "*" else whole).setdefault(word.rstrip("*"), name)
    return MappingProxyType(whole), MappingProxyType(begun)


LEXICONS: Final = MappingProxyType(
    {"en": _lexicon(_ENGLISH), "es": _lexicon(_SPANISH), "fr": _lexicon(_FRENCH)}
)


@lru_cache(MAX_REMEMBERED)
def class_of(word: str, language: str) -> str:
    """The class of a canonical word; `N` for a number and `X` for a word of no class."""
    whole, begun = LEXICONS[language]
    if found := whole.get(word):
        return found
    for size in range(min(len(word), _MAX_PREFIX), _MIN_PREFIX - 1, -1):
        if found := begun.get(word[:size]):
            return found
    return "N" if word.isdigit() else "X"


def words_of(language: str, classes: frozenset[str]) -> frozenset[str]:
    """The words of these classes that are listed as a whole."""
    whole, _ = LEXICONS[language]
    return frozenset(word for word, name in whole.items() if name in classes)
