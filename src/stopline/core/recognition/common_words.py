"""Common English words one letter away from one of ours.

Written by scripts/build_ordinary_words.
"""

from typing import Final

_WORDS = """
able abort accounts ace acre across advertisement age aid ail ailing ale alight alighting
alike aline alls ally along amusing an and ani annoys ant anythings ape appreciates apt
arc area ares ark arm art ashed ashing askew ate atone attaching attorneys automate
automates avert averting averts avid avoids awe awhile axe ay aye badness bagging bailing
bake baking ball balling ban bare basked basking basting beaching beast beasts belling
bend bending bequest bet betting bid bike bill billing black blacked blacking blest
blighting bliss bloc blocks blocs blogging blooding boast boasting boasts bobbing bogging
bombings boney bore bothers bounding bout bowing boyfriends brash breaching bright brother
budging bugling bulging bulletin bushing businesss busing bustling but cab cable cabling
cad cake caking calking call callings calming cam campaigns cancels cancer cane cannon
cans cant cap car care case caster casting cat cave caw ceased ceases cello chair chase
chat cheeking cheeks cheeps cheer cheery chid childrens childs chile chili chill choirs
chose chucking churchs clams clan clans claps clash clashs clasp clasps classs classy
clattering claws clays clean clears cleat cleave clients clock clocked clocking clone
close clustering coffers cold combing complains complaints compliant con consents content
continued continues contract contracting contracts convent conversations coping core
correspondences cot counts county coupon courts crash crass crease crops crosss crows
crying cuing culling cur curt customers cut dad dailys dairy daisy dally dare darning
databases deads deal dealt deans dears decease deceases deceive deceiving decreased deed
deep deleted deletes demands dent deplete deport deporting derails deriving desired
desires desists detail detains devices devise dials die died dig digit dike dill dim dimes
din diner dinned dinners dip director directors directorys disabled disables discards
discontinued discontinues discord dish distributions disturbs diving doily doing doming
don done donors dons donut door doping dose dot doting dour douse drily dross drying dud
dumber dying earning ease easter eave eery egging eight eliminated eliminates emailing
emails employee employers employes ending ends enlist enoughs eras erased eraser erases
ether ever everyones everythings excluded excludes eying fable failing failings fake
faking fall falling familys fan far fare farther faster fasting fatter feather feathers
feed felling fend fending fester festering fever fight fighting fill filming finale finals
fining fir firing fish fist fists fitting fixing fling flock flocked flocking flogging
flooring flowing fluttering foe fog foiling followings font foolishnesss fora ford fore
forge forged forger forges forgets forgot fork form fort founding fount four fox fright
fro frog frying fulling fur furthers fusing futures gable gagging gaily gain gall galling
garage garbages gather gathers gave gee geed gel gelt gem gent germinate gets gill gills
girl girlfriends gist gists glass glowing goodby gore got gout grandmothers grayer greats
greet gross groups gushing gut gutting hailing hale hall halve harassments hare hasting
hat hate hatting haven haves haze he heals heave heed heir hell hellos hells helo heloo
here hey hid hike hill hinging hinting his hive hllo hoeing hole holing hollowing homing
hone honey honing honor hooping hopping horse hose hosing hot hour housed houses hove
hugging hurtling hushing hut id ideals ill informations inner ire jailing jelling jester
jests jet jetting jot jugging jut keel keen keeps kelp kid kill killings kilning kings
knack kneed knight knocks knot lagging laid lake lass last lasting lasts lather lathers
laughter laughters lawyers layer lease leaved leaves legals legging lend lending less lest
let letting lever lice lid lie life lifes lift lifts light lightning liked liken liker
likes lilt lilts lime limes line linger lint lints lisp lisps lit live lobe lock locked
locking lodger logger logging lone longed loose lope loping lore lorry loser loses loss
lost lot louse love loved lowing lugging lumber lumbers lust lusts lying madnesss maid
mail maiming make making mall man many mare masked masking massage massages massaging
masters mastery matter mauling meals meekly mend mending mere met might mike mill milling
mimes minuet minuted minuter minutes mire mist mister mists mode mole moneys monkey mooed
mope moped moping mores morn mothering mounding mount mouse move mover moves mowed mugging
mushing musing muster nailing nay needs needy net netting newer next nexts nigh nights nit
no nobodys nod non nonsenses nor nos nose note notice noticed noting novices now numbed
nut oaf oar of offer offs oiling opts or ore others otter ours oust outing outs paid pall
palling pan pangs pant panting pare parent parson pasting patent patents patients pave
payer peals pease peep pegging pend pending peopled peoples periods permissions persona
persons perter pesters pet peter petering petting pewter phoned phones phoney phony
pigging pigs pike piling pill pilling pines pining pinking pinks pinning pins pints
pitting player pleas pleased pleases plighting plowing policed polices policy polite pore
pose poster pot pounding pour pout prayed prayers preaching prefers programs prom
promotion proms prone prong propagandas prying pure puree purged purges purse put queued
queues quiet quik quilt quip quite quits quiz ragging raid railing railings rake raking
ran ransom rant ranting rare rash raster rather rave re reacting reals reasons rebinding
received receiver receives reed refer refrains regal relied rely remainders reminder
remote removes rend rending repay replay replies replys reports requests resist resort
resorting respects retails retching retort retorting revery rid righting rights riling
ringing rings rite rolling roping rose rot rounding rouse rout ruing rushing rustling rut
sad sadness sagging sail sailing sake sand sanding save scan schools scramming scratchs
scratchy scrubs scuff scumming sealing seals seam season seed seeding seep sends sensing
sent serviced services servile set setting sever sham shamming shave she sheers shelling
sheriffs shone shop shopped shrub sigh sighed sight sighting signer signs sill sin sing
singed singing sings sinking sinned sinner sitting skid slam slamming slid slighting sling
slinking slogging slop slopped slowing smelling smother smothers snagging snitch snot
snuff solicits sop sopped sore sounding sour spa span spar spas spasm spat spay spelling
spend spending stable stacking staff staid stake staking staling stalling step stepped
sticking stiff sting stinging stinting stitch stomp stomped stoop stooped stopper stops
stow stride strife striker strikes stripe strive stroke strolling stuffs stuffy stupids
subscribe subscribed subscribers subscribes subscriptions suit sung surge suspends swam
swelling swill swing swish switchs systems tabled tables tablet tacking tagging tailing
taken taker takes tale talking tall tame tames taming tan tank tanking tanks tape taped
taping tasked tasking tasting taxing teachers teaches teaching tease teat teats tee teed
telling tend tending tent tenting tents terminated terminates test tester testing tests
than thats thaw thee theirs them theme then theres theses theyre thin thing think thinks
thins thorough though thrash threads threat three thus thx thy tides tie ties tight tiles
tiling till tilling time timed timer timers ting tinging tings tires todays toe tolling
tombing tomes top topped tore tot toting tour tout toying trashs trashy tread treason
treat trilling trite trough truing tugging twine twitch type types typing update updated
urge van vaster veals vend vender vending vendors very vet vetting void volunteers vote
voted voters votes vowing vying waft wafting wagging wailing wait waiting wake waking wall
walling wan wand wane waning wants warding warming warnings warping warring wart wash
washing wasnt watt wave weakly weave weed weeklys weep well welling went wet wetting whale
what where whiled whiles whine white wholes whore whose width wife wild willing wills wilt
wily wines winging wings winner wipes wires wise wises wishs wisp wist wit witch wits
witting wives wizes wont wore world worry wot woulds wound wounding wright wring writ
writer writes writhe writs wrongs wrote wrung yelling yesterdays yet youre yours
yourselves yous zany zeals
"""

COMMON_WORDS: Final = frozenset(_WORDS.split())
