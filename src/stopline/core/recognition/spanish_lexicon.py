"""The words of requests in Spanish, and the many ways they are typed."""

import re
from typing import Final

from stopline.core.recognition.romance import Lexicon, Spelling


def _forms(verbs: str, ending: str) -> str:
    """The stems of verbs with each of some endings, as one row of words."""
    return " ".join(f"{stem}{one}" for stem in verbs.split() for one in ending.split())


# Stems of verbs in -ar (as they stand before e, and before a) and of the others.
_AR_SUBJUNCTIVE: Final = "e en es eis emos"
_AR_INFINITIVE: Final = "ar"
_AR_GERUND: Final = "ando"
_AR_INDICATIVE: Final = "a an as ais"

# Of sending what may be goods, and of writing, which may not.
_SENDING_E: Final = "mand envi reenvi remit invit"
_SENDING_A: Final = "mand envi reenvi invit"
_TELLING_E: Final = "avis notifiqu comuniqu recuerd"
_TELLING_A: Final = "avis notific comunic recuerd"
_WRITING_E: Final = (
    "texte mensaje contact spame bombarde incomod jod "
    "atosig agobi whatsappe wasape guasape spamie textie mensajie estorb "
    "importun webe wevi"
)
_WRITING_A: Final = (
    "texte mensaje contact spame bombarde incomod chat "
    "whatsappe wasape atosig agobi estorb importun texti mensaji webe wevi"
)
_REMOVING_E: Final = "quit saqu borr elimin retir tach descart bot depur desagregu"
_REMOVING_A: Final = "quit sac borr elimin retir tach descart bot depur desagreg"
_CANCEL_E: Final = (
    "apagu bloque inhabilit cancel anul desactiv deshabilit interrump inactiv desconect silenci"
)
_CANCEL_A: Final = "apag bloque inhabilit cancel anul desactiv deshabilit inactiv desconect silenci"

_FORMS: Final = {
    "mensajes": "mensaje mensajes mensajito mensajitos mensajote mensajotes msj msjs msg msgs mjs "
    "mje mjes mnsj mnsjs mensage mensages mesaje mesajes texto textos textito textitos txt txts "
    "txto txtos sms smss aviso avisos promos promociones ofertas alerta alertas notificacion "
    "notificaciones publicidad publicidades propaganda propagandas anuncio anuncios recordatorio "
    "recordatorios spam mensajeria mensajeadera mandadera cobradera escribidera envio_masivo "
    "reminders texts messages alerts broadcast difusion mensajadera whatsapps wasaps marketing "
    "mercadotecnia bombardeo newsletter notis",
    "escriban": _forms(_WRITING_E, _AR_SUBJUNCTIVE) + " escriba escriban escribas escribais "
    "persistan testeen texten texte textes "
    "enrieden escriva escrivan "
    "jodais molesteis dirijan",
    "escribir": _forms(_WRITING_A, _AR_INFINITIVE) + " escribir textar escrivir dirigirse dirigir",
    "escribiendo": _forms(_WRITING_A, _AR_GERUND) + " escribiendo  textando escriviendo",
    "avisen": _forms(_TELLING_E, _AR_SUBJUNCTIVE) + " notifiken comunique informen informe",
    "avisar": _forms(_TELLING_A, "ar ando") + " informar",
    "manden": _forms(_SENDING_E, _AR_SUBJUNCTIVE)
    + " pidan pida pidas ofrezcan ofrezca embien embie emvien emvie informen informe",
    "mandar": _forms(_SENDING_A, _AR_INFINITIVE) + " ofrecer pedir informar embiar emviar remitir",
    "mandando": _forms(_SENDING_A, _AR_GERUND) + " ofreciendo pidiendo llegando embiando",
    "mandan": _forms(f"{_SENDING_A} {_WRITING_A}", "an as") + " escriben escribe escribes mandaron",
    "molesten": _forms("molest fastidi jod hosti hostigu acos", _AR_SUBJUNCTIVE)
    + " chingue chinguen chingues frieguen friegue jodan joda jodas jeringuen rompan rompas "
    "hinchen hinches ween weas ladillen enchilen",
    "molestar": "molestar molestando fastidiar fastidiando chingar chingando fregar joder jodiendo "
    "hostigar hostigando acosar acosando jorobar romper hinchar fregando",
    "llamen": "hable hablen hables llamen llame llames llamar llamando marquen marque marquen "
    "marcar marcando",
    "lleguen": "lleguen llegue caigan caiga entren lleguenme",
    "llega": "llega llegan cae caen entra",
    "quiten": _forms(_REMOVING_E, _AR_SUBJUNCTIVE)
    + " quita quitad saca sacad borra borrad elimina eliminad retira retirad remueva remuevan "
    "remuevas remueve excluya excluyan excluye suprima supriman bote boten bota tacha descarten "
    "remuevame delete remove erase quitaran quitara borraran borrara sacaran sacara eliminaran",
    "quitar": _forms(_REMOVING_A, _AR_INFINITIVE) + " remover excluir suprimir removerme",
    "quitan": _forms(_REMOVING_A, "an") + " remueven excluyen",
    "desuscribir": "desuscribir desuscriba desuscriban desuscribe desuscripcion desuscribirse "
    "desuscribo desuscrito desinscribir desinscriba desinscriban desinscribe desinscripcion "
    "desafiliar desafilie desafilien desafiliacion desapunten desapuntar desapunteme unsubscribe "
    "unsuscribe unsubscribirme unsub desubscribir desubscriba desubscriban desubscribe "
    "dessuscribir",
    "dejen": "deje dejen dejes deja dejad dejeis dejaran dejara",
    "dejar": "dejar degar",
    "dejan": "dejan",
    "paren_le": "parale parele parenle parelen",
    "paren": "paren pare pares parad cese cesen detenga detengan detente deten detengase frene "
    "frenen "
    "corten corte cortenla cortala suspenda suspendan suspende calmen pongan_fin finalicen "
    "pararan parara cesaran",
    "parar": "parar cesar detener suspender frenar finalizar",
    "cancelen": _forms(_CANCEL_E, _AR_SUBJUNCTIVE)
    + " cancela anula desactiva interrumpa interrumpan canselen desactiven inactive",
    "cancelar": _forms(_CANCEL_A, _AR_INFINITIVE) + " interrumpir",
    "cancelo": "cancelo desactivo anulo apago quito desactiva",
    "cese": "cese cancelacion suspension eliminacion exclusion retiro",
    "salir": "salir",
    "salgo": "salgo retiro salgome",
    "terminar": "terminar termine terminen acabar acaben",
    "alto": "alto altoo",
    "baja": "baja bajas",
    "stop": "stop estop istop stoop stpo stopp",
    "basta": "basta bastaa vasta",
    "bajen": "bajen bajeme baje bajenme",
    "den": "de_me den deme denme dame denos dad dadme deen",
    "dar": "dar",
    "doy": "doy",
    "dan": "das dan",
    "mande": "mande9 puse envie9 respondi conteste9 pedi dije dicho digo pedido solicite9",
    "interesa": "interesa interesan interesado interesada interesados",
    "recibir": "recibir recivir",
    "recibiendo": "recibiendo",
    "reciba": "reciba recibamos",
    "recibo": "recibo recibimos",
    "quiero": "quiero kero kiero qiero quero deseo queremos deseamos quisiera quisieramos necesito "
    "necesitamos ocupo ocupamos requiero autorizo autorizamos acepto aceptamos gustaria "
    "preferiria consiento consenti quieren necesita kier autorice9",
    "pido": "pido pedimos solicito solicitamos ruego rogamos suplico exijo exigimos agradezco "
    "agradeceria agradecere rogaria imploro pediria prefiero",
    "cosas": "imagenes resultados frases rutinas especiales encuesta "
    "encuestas sondeo sondeos noticias novedades stickers memes oraciones cadenas versiculos "
    "sorteos rifas horoscopo horoscopos felicitaciones invitaciones peticiones circulares "
    "convocatorias comerciales tonterias pendejadas chingaderas mamadas porquerias correo correos "
    "cupones boletin boletines comunicado comunicados campanas informativos "
    "pronosticos cosa cosas asunto",
    "oferta": "oferta promocion promo descuento descuentos",
    "informacion": "informacion info informes datos",
    "envio": "envio envios servicio servicios",
    "suscripcion": "suscripcion suscripciones subscripcion inscripcion membresia",
    "lista": "lista listas base sistema sistemas grupo grupos registro registros directorio agenda "
    "contactos chat canal broadcast difusion base_datos listado listados vase padron fichero "
    "archivo archivos bd lita listra",
    "numero": "numero numeros nro num nmro numerito celular cel celu celulares telefono telefonos "
    "tel telef telefonito movil contacto fono correo_e telefno",
    "nombre": "nombre nombres",
    "linea": "linea lineas",
    "no": "no noo nooo ño nop",
    "nunca": "nunca jamas",
    "que": "que q k ke qe",
    "porque": "porque xq pq porq xk pk xke porke",
    "de": "de d",
    "por": "por x",
    "me": "me m mee",
    "nos": "nos",
    "mas": "mas ms mad more ma mass mass maz",
    "para": "para pa",
    "un": "un uno una",
    "otro": "otro otra",
    "aqui": "aqui medio via aki aca ahi ai alli alla",
    "vuelvan": "vuelvan vuelva vuelvas volver vuelban buelvan vuelven",
    "sigan": "sigan siga sigas seguir continuen continue continuar",
    "esten": "esten estes estar anden ande",
    "contactado": "contactado contactada contactados molestado molestada",
    "denuncio": "denuncio denunciar denunciare denunciarlos demando demandar demandare demanda "
    "reporto reportar reportare bloqueo bloqueare quemo quejare queja quejo bloqueados "
    "policia profeco condusef indecopi abogado abogada reportados denunciados acuso acusar",
    "consentimiento": "consentimiento autorizacion permiso",
    "favor": "favor fabor favr fabr favorcito",
    "olviden": "olviden olvide olvidense olvidese olvidate olvidenme olvida olvidar pierdan pierda "
    "pierde",
    "insistan": "insistan insista insistas insistir insistiendo",
    "incluyan": "incluyan incluya agreguen agregue agreguez metan meta pongan ponga tengan tenga "
    "anoten anote registren registre incluir agregar inscriban apunten sumen",
    "usen": "usen use uses usar utilicen utilice utilizar compartan comparta compartir",
    "tiren": "tiren tire quemen queme ignoren ignore salten salte deshaganse desvinculen "
    "desvincule "
    "desliguen desligue destruyan desenlacen tachen archiven",
    "ya": "ya ia iah",
    ",": "pero sino entonces",
    "nomas": "nomas nomaz",
    "solo": "solo sola solos",
    "nada": "nada nd na nadita",
    "autorizados": "autorizado autorizados autorizada",
    "siguen": "siguen sigue sigues continuan",
    "yano": "yano llano",
    "-": "os porfa porfi porfis porfavor xfa xfavor xfabor plis please pls plz gracias grasias "
    "gracia thanks hola buenas buenos dias dia tardes noches buen senor senora senorita senores "
    "senoras joven jovenes amigo amigos amiga doctor doctora dr dra doc licenciada licenciado lic "
    "ingeniero ingeniera profe coach mija mijo mi_amor hermano hermana bro vos mae chamo pana "
    "parce causa oe pe pues pue ombe mano compa jefe jefa nena reina bella hermosa muchacho "
    "muchachos chico chicos mami papi carajo pinche pinches puta putos puto maldita malditos "
    "maldito verga cabrones cabron pendejos oiga oigan oye mire miren mira "
    "disculpe disculpen perdon sumercé sumerce va ok okay hoy ahora ahorita inmediatamente "
    "urgentemente urge definitivamente simplemente solamente realmente "
    "tambien nada_mas entonces jovencito don dona chale joda conazo mamaguevos patojos "
    "atentamente cordialmente ustedes uds usted ud vosotros tu porfiss coño cono che "
    "completo urgente inmediato jamas_mas vale caray ay hey ey saludos bendiciones",
}

_PHRASES: Final = {
    "lista": "lista_de_contactos base_de_datos lista_de_mensajes lista_de_difusion lista_mensajes "
    "club_de_puntos su_club el_club la_membresia",
    "mensajes": "mensajes_de_texto texto_de_mensajes mensajes_texto envio_de_mensajes "
    "envio_mensajes envio_de_sus_mensajes envio_de_estos_mensajes mensajes_comerciales "
    "servicio_de_mensajes envio_de_mensajes_de_mensajes "
    "serie_de_mensajes relajo_de_mensajes monton_de_mensajes mensajes_de_mensajes",
    "interesa": "estoy_interesa estamos_interesa",
    "espera": "lista_de_espera lista_de_precios lista_de_compras lista_de_utiles "
    "lista_de_asistencia",
    "yano": "ya_no no_ya no_no",
    ",": "asi_que por_eso",
    "-": "ya por_favor por_fa mi_amor mi_vida por_amor_de_dios por_caridad por_piedad "
    "con_todo_respeto "
    "que_pena de_una_vez de_una_buena_vez de_verdad por_dios se_lo la_verdad",
}

# Words that are no slips of ours.
_ORDINARY: Final = (
    "dame haya voz bastante vista angulo anual canela candela cuero acaso apego bloque ajena "
    "arribo "
    "fiero grupa listo marca marco marte margen mercado entre entrar entero extra llegar llamado "
    "caida siguiente mandado enviado avisado invitado malestar habitar imitar picante frase corto "
    "correa correr codo lineal porche parto pared pajaro pasar cenar cerrar sellar sello caliente "
    "corriente cohete cortada cortes freno frente riego suplica acento cierto interes deseo "
    "consciente interesante quieto quiere quieres votar volar tomar tocar bailar bordar tirar "
    "boton "
    "volante votante tapar secar borrador retro salto saldo salvo termino continua estas estos "
    "estar costa vuelta bajo cancel silencio activa activo activar activen pedido pedidos cita "
    "citas parte partes pago pagos paga pagar casa caso cosa cosas alta altas altos bajos bajar "
    "sala sale salio sali sales salgan vaca bata beso peso pesos lado lados recibo receta recetas "
    "ropa entiendo entiende cambio cambiar cambie parada paro carta cartas tarde nada nadie "
    "comprar compre venta ventas ventana clase clases caja cajas codigo envio envios cargo cargos "
    "recibi recibio recibiste desuscribi desuscribio resultado alarma alarmas bastante banca "
    "vaina dato datos malo mala meto maja quema quemar parque padre padres parada parado parto "
    "pasear parir parecer salar solar salida salido salud saltar tren ante mitad metal cadena "
    "campana cobro cinco pedro perdido perdi perdio piedra influir incluye incluido apunte "
    "estorbo fastidio escrita describir llegado llevan entera vuelve vuelto abuso abusos masaje "
    "anuncia noticia rutina sorteo quizas invita comparte comporta descargar deparar comunicada "
    "agradecer quejar reporte reparto denuncia medico medica media asalto alerto bahia banar "
    "quedar quiera ladrar linda color terminan terminado terminal alabar cabal canalla visita "
    "visitas zelle responda respondo contesten contesta borrado borrada retirado retirada sacada "
    "botella acceso retiro9 concierto deseos cuero recordar recuerdo recuerdos orden ordenar "
    "padecer cerveza seria serio perro perros prima "
    "primo poliza polizas alta escribo borro mando "
    "llamo quito molesta molesto dejo envia prueba pruebas sonido mandato"
)

_PRETERITES: Final = _forms(f"{_SENDING_A} {_REMOVING_A} {_CANCEL_A} dej par ces", "aron aste amos")

_PREFIX: Final = re.compile(r"(?:yano|ya|no|llano|que|q|me|d|m)+")
_SUFFIX: Final = re.compile(
    r"(?<=[a-z]{3})(?:(?:me|nos|se)?(?:les|le|los|lo|las|la)|me|nos|se)(?:mas)?$|(?<=[a-z]{4})mas$"
)
_PIECE: Final = re.compile(r"llano|ya|nos|no|que|q|d|me|m|se|te|les|le|los|lo|las|la|mas")

_SOUNDS: Final = (
    (re.compile("qu(?=[ei])"), "k"),
    (re.compile("c(?=[ei])|z"), "s"),
    (re.compile("ch"), "C"),
    (re.compile("c|q"), "k"),
    (re.compile("g(?=[ei])"), "j"),
    (re.compile("gu(?=[ei])"), "g"),
    (re.compile("ll"), "y"),
    (re.compile("v"), "b"),
    (re.compile("n(?=[bp])"), "m"),
    (re.compile("h"), ""),
)


LEXICON: Final = Lexicon(
    Spelling(
        _FORMS,
        _PHRASES,
        f"{_ORDINARY} {_PRETERITES}",
        _SOUNDS,
        _PREFIX,
        _SUFFIX,
        _PIECE,
        anchors="avisen avisar cosas manden mandar mandando mandan llamen lleguen llega quiten "
        "quitar quitan "
        "desuscribir dejan dejen dejar paren parar cancelen cancelar cancelo cese salir salgo "
        "terminar "
        "alto baja basta mensajes suscripcion lista numero recibir recibiendo reciba olviden "
        "ayuda contactado quiero denuncio escriban escribir escribiendo molesten molestar yano "
        "vuelvan sigan evite fuera consentimiento informacion incluyan usen tiren insistan parale "
        "stop dar den mas que",
        shared="stopp stpo stoop istop estop mee agenda canal chat coach continue dad dame doctor "
        "info invite invites mire more "
        "newsletter remove retire "
        "retires stickers urge quite exclusion inactive vase stoop suspender envies he ha has hay "
        "sin van son era me no del la a mes stop sms promo promos promotion spam alerts texts "
        "messages me no reminders "
        "marketing broadcast base text texte delete unsubscribe unsub archive para son list ma ms "
        "mad mass na q k ke please pls plz thanks hey okay don via "
        "base cancel tel linear lines pare pares cancel test gas move dar den corte son cupon",
        keywords="alto salir parar baja terminar",
        small="mi mis su sus el la los las en y es se te lo le les al del como si cuando esta este "
        "estos esas esa ese eso yo tengo muy pero soy estoy hay quien donde hasta desde sin con "
        "nada "
        "todo todos muchas mucho muchos fue era tiene he ha o ni sobre tan tanto estan ellos "
        "alguien cuanto cual puedo puede pase fui voy van va ir ser estaba manana ayer noche "
        "semana "
        "mes casa ella mio nuestro nuestra han hace hacer cosa",
        accents=(re.compile(r"(?<=\w\w\w)[éÉóÓ]\b"), r"\g<0>9"),
    )
)
