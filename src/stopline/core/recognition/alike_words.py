"""Common English words that read like Spanish or French ones of ours.

Written by scripts/build_ordinary_words.
"""

from typing import Final

_WORDS = """
abide abides abscess abscesss abuse abuses abysses accepted accepts access accesss acquire
acquires acre acres actor address addresss adhere adheres adulation adulations advertise
advertiser advertises affair affairs afresh agendas agonies aide alert alerted all allot
ally aloft altho amulet annihilation annihilations annual annul annulled annuls another
appear apple apples arced archived archives ardent ares arrears arrested arrests assail
assailant assailants assailed assails atonement atonements authorization authorizations
authorize authorized authorizes avocado aware bale banal bank banked banker bankers banks
banquet banquets bare bared barer bares barest barn barns baron barons barred barrel
barrels barren barrener barrens barrier barriers barter based baser bases basest bashed
bashes basses baton batons bent bidden bins bites bitten bloc block blocked blockhead
blockheads blocks blocs board bodes bombard bombarded bombardment bombards boorish boors
boos booted bootee bootees booths booties booting boots bore bored bores born borne boss
bosss botany bother bothers bran broad broadcasts buffoon buffoons campaigner canals
cancelation canceled cancels care cared career careers cares caress caresss cased cases
cashed cashes cashew cashews catalog catalogs catalogue catalogues caused causes cc cease
ceased ceases cedar cedars ceded cellar cellars cello cellos cells cellular cessations
chats cigar circulars circulates claret clashes classes clause clauses close closer closes
closet commercials communion communions communique communiques communities concern
concerns concerti condone condones consent consents considered considers contact contacted
contacts continual continually continued continues continuum contracts cooper cope copes
copper cordon cordoned cordons core cores coroner corset cortex coup couple couples coups
courier couriers crashes crasser craze crazes crease creases crescent crest crises crosser
crosses cruise cruiser cruises crushes dames dammed dare dared dares debut deceit decent
decide decides decipher decries decry deemed deface defaces deleted deletes deluge deluges
demand demands dens dense deplete depletes depress deranged descent describe describes
desert desired desires desirous dessert diffusion diffusions disengage disengages dizzier
dizzies dock done dose doses dote dotes doze dozes drabber dresser dresses drone drones
easier eleven elevens eleventh elimination emergent enliven enlivens enthral enthrall
entrap entrench envied envies envoy envoys envy envys eras erase erased eraser erases
exclude excludes exclusions expedient expedite expedites faces faeces farces fatigue
fatigues fattier fatties fazes feces fecess ferments ferries fezes fezzes finalize
finalized finalizes finer fines finish finished finishes finishs fins fluent flushed
flushest flushs flute flutes flutter fluxes fonder foots freeze freezer freezes fresher
funnier funnies fussier fuzzier gangs gaudier gauze gauzes glosses glossier glossies
goodie goodies goose goosed gooses grope gropes group grouped grouper groupers groups hall
halo halos halt harasses hard harden hardens harder hardest hardier hare hared hares
harries harsh harsher harshest hatred hatreds haughtier hearse hell hock hocks hoe holly
hook hooks hooter horoscope horoscopes hostess hostesss hostiles hotter hushes ignore
ignored ignores imagines inabilities inability inabilitys inactive inched inches inchs
incite incites include includes inform informal informally information informed informer
informers informs infos inscribe inscribes inscription inscriptions insist insisted
insists interest interests invited jar jarred jars jeer jester jetted jetties jetty jettys
jointed joints juster kite kited kites kits kitten kittens kitties kosher koshers lace
laces lacier lard lards laser lashes lasses lavish lavisher lavishes lazier lazies lease
leases leashes lessen lessens lesser lice lick listen listens lists lorries luster madames
madden madness madnesss magnet mahoganies malt manes manned mar mare mares mark marked
marker market marks marquee marquees marred marsh marshes marshs mash mashs massages masss
meager menagerie menageries mercies mercy mercys meshes message messes mete meted meter
meters metes mobile mobiles molest molested molests moody moored mores mother motorize
motorizes mss muse muses mushes musses narrate narrates navy navys necessity newsletters
nomad notice notification notified notifies notify numb numbed numbest numbs numerous
often ohs orient other otter pace paces par parade pardon parent parka parred pars parse
parser parses part partake partakes passes pates patiences patienter peaces pear pease
peered permissions phoned phoney phoneys phonier phonies pierce pizzas play plays pleases
pluses plush plusher plushest plushs pluss plusses pole poles politics politicss pollen
pollens portables preen preferred prefers press presss prom prompt proms propaganda
propagandas proposed proposes publicity publicitys publicize publicizes pulse pulses
purchase purchaser purchases push pushs pusss qua quarrel quarrels quarter quartet
quartette quartettes quashed quashes quicker quiets quits quitted quitter quitters rabbi
rabbis rabbit raccoon raccoons racier racoon racoons radii radio radios radish radishes
radishs raider rain rains raise raises rare rared rarer rares rarest rayon re readier
readies recipient recites recover register registers registries registry registrys
reindeer reindeers release releases reliance reliances remainder remainders remind
reminded reminder reminds remit remits remitted remote remoter remotes removed removes
repertoires report reporter reports require requires res reservoir reservoirs reticent
retinas retired retries reveler reveller revile reviles ridden risen roman romped romps
sacked sacks sacred sacs sages sailor sake sakes sakis salad salt salted salter salts
sames sapphire saree sarees sashes sauted savvy savvys scalier scan scar scare scares
scooter seashell seashells season seasons secede secedes secular seeded seedier seesaw
seesaws seize seizes sell seller sells sensation sensations sera serve served server
servers serves sessions sewed sewers sexed shackle shackles shacks shake shaken shakes
shakier shames share shared shares sheerest shell sheller shells sherbet sherry sherrys
short shorted shorten shortens shorter shortest shorts sighs sign silence silences size
sized sizer sizes slack slacked slacken slackens slacker slackest slacks slake slaked
slakes slate slavish slid slier slit slur smarter smoother smoothes smote smother snare
snared snares sneeze sneezes snickers snootier softer solicited solicitor solicitors
solicitous solicits soothe soothed soothes sootier sorrier sorts spanner spasm spasms
specious square squarer squares squashes steel steels sticker sticklers stole stolen
stoles stoop stooped stoops stoppers stops strikers subscription supreme suspend suspended
suspenders suspends suspense suspenses suspensions swerve swerves swisher swishes system
systems talon talons tanks tanned tannest teethes telephoned telephones tell tells
terminally terminate terminator terming termini terminus terminuss termite termites tester
testes tests textiles thicken thickens thirteen thirteens thirteenth thirties thirtieth
tidier tidies tired tires torrent tranquiler tranquilest tranquiller tranquillest
transmitter tries tureen tureens typhoon typhoons tyrants users ushers utilize utilized
utilizes vacua vagina vases vast vasts verse verses vessel vessels vogues vote voted voter
voters votes warred warren warrens wasps webbed webs yack yak yams yonder
"""

ALIKE_WORDS: Final = frozenset(_WORDS.split())
