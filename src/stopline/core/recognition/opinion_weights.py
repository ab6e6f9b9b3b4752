"""The weights of the second opinion. Written by scripts/build_opinion; do not edit."""

from types import MappingProxyType
from typing import Final

BIAS: Final = -0.74
_STEP = 0.1

# `=N`: what follows weighs N steps.
_WEIGHTS = """
=-19 n0
=-11 ._stopping
=-10 ._start ._unstop continue_. in_. next unstop yet_.
=-9 ._continue ._keep STOPV_X_THE confirm_. enough_X opt_in start stopping
=-8 ._MY_NUM ._NEG_. ._NEG_REMOVE ._NEG_TAKE ._TEXTV_ME ._X_ENDV ._help ._resume ._subscribe
AGAIN_questions NEG_REMOVE NEG_SENT_THE NEG_TAKE_ME STOPV_by STOPV_playing TEXTV_ME_THE
X_NEG_STOPV X_THE_MY X_or anytime at_STOPV dont_REMOVE dont_TAKE down end_the finished gas help_.
last_text mail_X onions onions_. p_. playing questions received resume some start_. stopped
subscribe subscribe_. taxes taxes_. two update yet
=-7 ,_text ._LIST ._NEG_STOPV ._info ._k ._lol ._sign ._the ._update ._weekend AUX_text IF_I_X
ME_a NEG_. NEG_STOPV NEG_UNSUB NEG~IF OFF_X_. STOPV_THEY_X STOPV_X_N STOPV_X_THEY STOPV_lying
TAKE~WANT THIS~ENDV WANT_THIS_X X_,_I X_X_TEXTV X_his X_lol X_said X_stopped access be_late by_.
delivery_. done_. feel for_ME for_me free friday friday_. help i_REMOVE join k know_. leave_THEY
lol lying me_a on_the our our_X policy_. problem problem_. questions_. refills refund reschedule
reschedule_. resume_. sent_. shoes shoes_. some_X sorry spot spot_. start_TEXTING stop_by
stopped_X stopping_X sure_. than to_. trump_. tuesday unit unstop_. update_MY update_my waitlist
water worries wrong_. y_. yes_.
=-6 ,_TEXTV_ME ,~I ._,_X ._NUM ._NUM_. ._PERM_ME ._TEXTV ._TEXTV_THE ._THEY_STOPV ._X_? ._and
._here ._list ._lost ._read ._text ._to ._well ._who ._yup 1 3pm 3pm_. 5_. AGAIN~N ALONE~THE
AUX_I_ENDV AUX_I_REMOVE AUX~AGAIN ENDV_MY_X ENDV_THE_X ENDV_of ENDV~AUX I_ENDV I_WANT_X I_turn
ME_THE_STOPV ME_to MY_lease NEG_SENT_X NEG_STOPV_TEXTING NEG_TAKE NEG_TEXTV_, NEG_X_AUX NEG_got
NEG_mind NEG_say NEG_stop NEG_take NEG~N NEG~UNSUB NUM_?_. NUM_THE_MY N_. PERM_THE_THE
REMOVE_THE_X REMOVE_X_. REMOVE_a SENT_today STOPV_charging STOPV_working TAKE_THEY_. TEXTING_X_X
TEXTV_, TEXTV_._. TEXTV_YOU_X THEY_TAKE THEY_X_. THEY_quit THEY_should THEY_told THEY_was
THE_AUX_X THE_LIST_THE THE_PERM THE_X_ENDV THE_call THE_email THE_gas THE_message THE_sunday
THE_tonight THE_tuesday THE_voicemail THIS_X_. THIS_X_? UNSUB_THE_X UNSUB~TEXTV WANT_THE_SENT
WANT_X_. WH_? WH_?_. WH_AUX_THIS WH_much WH~SENT X_._. X_?_. X_?_X X_I_THE X_N_. X_STOPV_THEY
X_THE_SENT X_are X_be X_blue X_dinner X_drive X_friday X_its X_ok X_over X_plan X_right X_service
X_shift X_today X_twice X_us X_works YOU_TEXTV_. YOU_X_OFF a_TEXTV and_drive at_MY at_my auto_X
back_THE being_X bleeding block_THE blue c call_, call_. call_ME call_me calling can_text
cant_STOPV charge charge_. charging coffee come_in confirmed contact_X contract_. day_OFF day_off
delivery do_. dont_take down_. drive drive_. elsewhere_. email_. emails end_of feel_X find_THEY
for_tonight forget free_X got_THEY great haha_. hello_. help_X here_, his_X how_much hurry i_ENDV
i_turn info info_. insurance_. its_X k_. later later_. lease lease_. leave_it like_THEY lying_.
mondays money_X my_lease need_X needed netflix netflix_X never_got nice_. no_. on_. paper paper_X
photo photo_. pick pick_X pick_up pizza policy politics posted project rain remove_a resend
reservation_. resume_X review ride ride_. running shift shift_. should_I sign sim sleeping slot
slot_. snow sorry_. stock stop_lying stopped_. stopping_. sunday tell_ME tell_me test the_ENDV
the_end them_THE think think_. through tonight tonight_. trip tuesday_. video voicemail volunteer
wait war war_. was way_. we_have weekend weeks when y yup
=-5 ,_I_WANT ,_start ,_thanks ,~WANT ._1 ._I_PERM ._ME ._N ._NEG_ENDV ._OFF_X ._TEXTV_X ._THE_.
._THE_ENDV ._X_NUM ._X_SENT ._X_TEXTING ._X_YOU ._absolutely ._at ._call ._cant ._last ._me ._oops
._should ._sorry ._sounds ._t ._why ._y .~WH 9_X ?_. AGAIN_NUM AGAIN_info AUX_THIS_X AUX_X_TEXTV
AUX_YOU_TEXTV ENDV_, ENDV_? ENDV_?_. ENDV_THEY_X ENDV_THE_TEXTV ENDV_X_. ENDV_X_? I_PERM I_remove
I~ENDV LIST_THE LIST~? ME_X_SENT MY_X_? MY_membership MY_order MY_rsvp NEG_ENDV NEG_ME_.
NEG_TEXTV_MY NEG_X_. NEG_forget NEG_leave NEG_make NEG_quit NEG~, NEG~OFF NUM_N NUM_to OFF_X
OFF_X_THE OFF_hold REMOVE~X SENT_so STOPV_X_X STOPV_being STOPV_on STOPV_payment STOPV_smoking
STOPV~N TAKE_THEY_THE TAKE_X_OFF TAKE_YOU_X TEXTV_NUM TEXTV_X_N TEXTV_him THEY_? THEY_?_.
THEY_STOPV_X THEY_THE_ME THEY_all THEY_at THEY_can THEY~ME THEY~THIS THE_?_. THE_PERM_X
THE_STOPV_TEXTING THE_TAKE_X THE_TEXTV_. THE_X_LIST THE_X_OFF THE_app THE_class THE_event
THE_florida THE_for THE_noise THE_price THE_sign THE_time THE_trip THE_us THE_waiting THE~N THIS_X
THIS_month WANT_THEY_X WANT_the WH_LIST WH_THE_ENDV WH_does WH_would WH~. WH~ENDV X_._WANT X_8 X_9
X_IF_I X_OFF_X X_TEXTV_THE X_THEY_OFF X_X_? X_X_NUM X_YOU_NUM X_YOU_SENT X_about X_address X_any
X_box X_calling X_continue X_ending X_fine X_free X_going X_left X_money X_next X_nice
X_reservation X_some X_sorry X_through X_till X_wants X_well X_were X_when X_wont X_work X_wrong
X_yesterday YOU_AUX_TEXTV YOU_THE_X absolutely address address_. after_N agree ah always answer
any_time anything_X application application_. around auto back back_on ballot_. beautiful before_X
being best box broken cake cake_. calendar_. call cant cant_stop card card_. card_THE cart cart_.
cash change cleaning close_MY close_my contact_MY contact_my contract dad dad_X did_THE did_YOU
did_the did_you do_WANT does_X donated done dont_STOPV dont_forget dont_leave dont_stop early
early_. email_X ending ends_. ex ex_. exit fees fighting finally first first_. first_X flight
flight_. florida florida_. fries fries_. from_ME from_MY from_THEY from_me from_my from_the funny
girl got_it great_. haha her_. hold hold_. home i_PERM i_like i_remove ill_TAKE in_at info_X it_?
it_was last leave_X left lose_X love_it making me_to mind_. month more_NUM more_info my_membership
my_order my_rsvp need_the night noise off_X off_hold oh_X old_address on_THE on_file one_X oops
order_. over_. pain payment plan_. quit_smoking quitting quote re re_X reading real_X receipt rent
reservation rsvp running_X same say send_a send_the sent_X shopping shopping_LIST shopping_list
short should_i smoking so_. sounds sounds_X started_X starting stop_payment stop_playing student
sunday_. table take_X taking_X texts_on that_. the_PERM the_account the_app the_message the_noise
the_price the_sign then things things_THE things_to this_month thursday tickets till till_X to_you
tomorrow_. traffic transfer trial trip_. up_, up_on vote_. wait_THE waiting want_the weather
weekend_. well well_. when_does while whos whos_THIS whos_this why_AUX wife_X wont_STOPV wont_stop
words work_. work_X yes_I youre
=-4 ,_AUX_I ,_TEXTV ,_X_. ,_X_I ,_X_ME ,_X_MY ,_X_THEY ,_call ,_can ,_ill ,_its ._IF_THEY
._I_STOPV ._NEG_MY ._REMOVE_THEY ._TEXTING ._THEY ._THEY_TAKE ._THE_X ._WANT_X ._WH_NUM ._add
._aight ._ask ._but ._forget ._haha ._happy ._huh ._lets ._need ._ok ._omg ._she ._started ._sure
._tell ._then ._they ._whos 12_. 14 ?~THE AGAIN~TEXTV AUX_. AUX_._X AUX_AUX AUX_I_TAKE AUX_OFF
AUX_TEXTV AUX_TEXTV_ME AUX_do AUX_we AUX_wrong AUX~WANT ENDV_X ENDV_the IF_we IF~. I_NEG_ENDV
I_OFF I_REMOVE_MY I_STOPV_THE I_UNSUB_THE I_X_. I_been I_blocked I_cancel I_do I_know I_live
I_lost I_off I_still I_stopped LIST_AUX LIST_THE_X LIST_for LIST_is ME_, ME_THE_TEXTV ME_back
ME_in ME_instead ME_know ME_when ME~IF ME~N MY_X_THE MY_X_X MY_appointment MY_ballot MY_card
MY_email MY_old NEG_TEXTV_THE NEG_X_AGAIN NEG_cancel NEG_i NEG_sure NEG_talk NEG_wait NEG_way
NEG_worry NEG~STOPV NUM_THE_X NUM~MY N_OFF N_off OFF_at OFF~PERM OFF~THE OFF~X PERM~STOPV PEST_X
REMOVE_THEY_X REMOVE_THE_THE REMOVE_the REMOVE~I REMOVE~THEY SENT_X_X SENT_on SENT_stopped
SENT~TEXTV STOPV_AUX STOPV_MY_X STOPV_WH STOPV_X_, STOPV_X_IF STOPV_taking STOPV~TAKE TAKE_OFF_X
TAKE_the TAKE_your TAKE~TAKE TAKE~THEY TEXTING_X TEXTING_you TEXTV_?_. TEXTV_MY TEXTV_MY_X
TEXTV_THEY TEXTV_before TEXTV_for TEXTV_my TEXTV_on TEXTV_with TEXTV~, TEXTV~IF THEY_,_X THEY_ENDV
THEY_TEXTV THEY_X_? THEY_took THEY~OFF THE_._. THE_? THE_AUX_. THE_ENDV_. THE_SENT_AGAIN
THE_SENT_STOPV THE_SENT_THE THE_STOPV_MY THE_TAKE_THE THE_X_. THE_alarm THE_appointment THE_doctor
THE_door THE_gift THE_her THE_lease THE_main THE_new THE_right THE_stopping THE_subscription
THE_town THIS_NUM_THE THIS_bill UNSUB_X_AUX UNSUB_X_THE UNSUB~AUX UNSUB~THE UNSUB~X WANT_.
WANT_AGAIN_X WANT_ME WANT_THE_REMOVE WANT_YOU_THE WANT_me WANT~ENDV WANT~N WANT~WANT WH_AUX_X
WH_NUM WH_NUM_AUX WH_number WH_was WH~IF X_,_X X_._THE X_12 X_? X_AGAIN_. X_AUX_MY X_AUX_THE
X_LIST_. X_ME_, X_ME_X X_NEG_X X_NUM_? X_TAKE_X X_THE_NUM X_WH_THE X_X_ME X_X_WANT X_YOU_TEXTV
X_add X_after X_around X_calls X_card X_early X_ended X_fee X_first X_get X_go X_half X_happy
X_her X_home X_id X_later X_let X_lor X_making X_moved X_much X_new X_noon X_place X_quit X_school
X_sending X_sign X_start X_starting X_still X_taxes X_trip X_two X_voting X_will X_yes X_yet
YOU_REMOVE_THE YOU_STOPV_X YOU_cancel YOU_cant YOU~AUX a_. a_good a_message a_new a_text able
able_THE able_to add ads after after_X aight alarm alarm_. alerts_X and_add and_get apply_.
around_X as as_THE at_the authorized b ballot be_there before before_N best_X block_X both_THE
bother box_. business_. but_X buy buy_X calendar calling_ME calling_YOU calling_me calling_you
calls can_. cancel_, canceled cancer cant_make cant_talk claim close color color_. come_X count
debt delete_THE delete_the delivery_X did didnt didnt_TAKE didnt_ask didnt_get dog dont_worry door
door_. driver easy eating eating_X elm email ended event fee fee_? for_. for_friday forget_THE
forget_the forgot friends game give_ME give_me giving got got_X great_X half happy have_a he_STOPV
her_to him_. him_to huh husband_THE husband_X i_know i_live i_never i_stopped im_OFF im_off
instead insurance is_wrong it_, it_X item ive_been jus k_X leave_THE leave_the left_. let_ME lets
lets_X like_X list_THE lol_. lor lost_MY lost_my love_THEY made main me_, me_back me_in me_instead
me_know me_when meant message_THE message_X mike min miss miss_YOU missed must_X my_appointment
my_ballot my_card my_email my_old name_X name_on need_a never never_STOPV new_phone no_way noon
nope_. not_ME not_me not_sure number_to of_X of_town off_at oh_. omg on_ME or_X order paid pickup
points pounds price program put_MY put_my remember rent_. room said_I same_X saturday saying
saying_X schedule selling_. sending_X sent she she_NEG should should_stop sign_ME sign_THE sign_me
so_much soon_. sorry_X sorry_wrong start_THE start_X started stop_WH stop_charging stop_taking
stopped_working subscription_X sun surgery take_OFF take_out talk_. team tell_THEY tell_him test_X
text_AUX text_THEY text_is text_on thanks_THE thanks_for the_X the_alarm the_doctor the_door
the_lease the_meeting the_right then_X thinking_X thinking_about this_X this_bill through_THE
to_MY to_YOU to_call to_my to_your today_? told_ME told_me tomorrow took town town_. trump until
us_X visit voting_X wait_for waiting_THE waiting_for want_ME want_me want_this wants was_I was_i
we_WANT we_need wearing when_? when_I when_i who who_X why_did why_was wife_. with_. with_THIS
wont worry yes_X you_cancel you_cant
=-3 ,_. ,_AUX_THEY ,_THIS ,_THIS_AUX ,_X ,_YOU ,_help ,_i ,_ive ,_the ,_this ,_what ,_you ,~? ,~WH
._. ._._. ._AUX_THE ._AUX_X ._I_AUX ._I_NEG ._MY ._NEG_I ._X_MY ._X_WH ._are ._bless ._come ._did
._dont ._every ._going ._got ._he ._hes ._is ._my ._never ._nope ._number ._of ._opting ._there
._voted ._whats ._when .~? .~N 12 3_. 401k 401k_. 5 ?_I_X ?_TEXTV ?~X AGAIN_X AGAIN_X_.
AGAIN_messages AGAIN~THEY ALONE_X ALONE~. AUX_ENDV AUX_I_WANT AUX_STOPV_X AUX_THEY_X AUX_X_OFF
AUX_YOU_WANT AUX_broken AUX_go AUX_school AUX_your AUX~. AUX~LIST AUX~SENT AUX~WH ENDV_THE_THE
ENDV_X_N ENDV_X_X ENDV_and ENDV_date ENDV_in ENDV_that ENDV~, ENDV~? ENDV~I ENDV~N ENDV~X IF_I_AUX
IF_X IF_X_X IF_YOU_X IF~? IF~YOU I_._X I_AUX_. I_NEG_STOPV I_OFF_X I_REMOVE I_REMOVE_THE I_TEXTV_.
I_TEXTV_YOU I_WANT_THIS I_X_WANT I_can I_did I_feel I_had I_havent I_jus I_might I_need I_never
I_quit I_take I_voted I~NUM LIST_of ME_NEG ME_OFF_THIS ME_X_THE ME_find ME_with ME~NUM ME~TAKE
MY_NUM_, MY_SENT MY_X_LIST MY_X_TEXTV MY_bank MY_calendar MY_car MY_last MY_new MY_reservation
MY_shopping MY_way MY~NUM N NEG_I NEG_STOPV_X NEG_TAKE_THE NEG_TAKE_X NEG_TEXTV_THEY NEG_be
NEG_bother NEG_come NEG_go NEG_help NEG_money NEG_thank NEG~I NUM_,_X NUM_THE_THE NUM_in NUM_of
NUM_on N_AUX N_AUX_X N_OFF_X N~? OFF_?_. OFF_MY_X OFF_THE_THE OFF_THE_X OFF_for OFF_work PERM_ME
PERM_ME_X PERM_X_X PERM_me PEST_, REMOVE_MY_X REMOVE_X REMOVE_X_THE REMOVE_that REMOVE~?
REMOVE~OFF SENT_AGAIN SENT_AGAIN_. SENT_THE_THE SENT~, SENT~? SENT~THEY STOPV_MY STOPV_THEY_THE
STOPV_at STOPV_calling STOPV_in STOPV_my STOPV_that STOPV~? TAKE_N TAKE_N_OFF TAKE_OFF_YOU
TAKE_THE_TEXTV TAKE_WANT TAKE_care TAKE_help TAKE_it TAKE_out TAKE~IF TAKE~N TEXTV_THEY_.
TEXTV_THEY_X TEXTV_THE_TEXTV TEXTV_X_X TEXTV_YOU TEXTV~? THEY_AUX_. THEY_AUX_STOPV THEY_X THEY_X_I
THEY_X_ME THEY_X_MY THEY_X_OFF THEY_X_X THEY_X_YOU THEY_are THEY_hes THEY_in THEY_said THEY~I
THE_ENDV_X THE_ME THE_ME_X THE_MY_X THE_TEXTV_I THE_TEXTV_LIST THE_TEXTV_THE THE_THEY_. THE_THE_X
THE_X_I THE_X_WH THE_X_YOU THE_big THE_blue THE_code THE_delivery THE_driver THE_friday THE_gate
THE_go THE_help THE_invoice THE_last THE_late THE_leave THE_mail THE_meeting THE_month THE_night
THE_our THE_polls THE_refund THE_ride THE_saturday THE_story THE_the THE_update THE_vote THE_yes
THE~WH THIS_?_X THIS_AUX_X THIS_NUM_NEG THIS_one THIS~SENT THIS~TEXTV UNSUB_MY UNSUB_THE_THE
UNSUB_my UNSUB_of UNSUB~AGAIN UNSUB~WH WANT_? WANT_I WANT_NUM WANT_THE_YOU WANT_X_THE WANT_X_THIS
WANT_a WANT_an WANT_help WANT_this WANT_you WANT~? WANT~I WANT~IF WANT~MY WH WH_MY_X WH_did
WH~WANT X_,_MY X_,_TEXTV X_,_THE X_,_THEY X_,_WH X_,_YOU X_. X_._IF X_1 X_ENDV X_ENDV_. X_ENDV_X
X_N X_REMOVE_X X_SENT_THE X_THE_. X_THE_TAKE X_THE_TEXTV X_THIS_TEXTV X_THIS_X X_WANT X_WANT_.
X_WH X_X_. X_X_AGAIN X_X_OFF X_YOU_NEG X_afternoon X_again X_as X_because X_before X_better X_call
X_canceled X_cancelled X_come X_da X_days X_delivery X_email X_end X_ever X_for X_great X_how
X_job X_live X_love X_many X_messages X_oh X_on X_order X_party X_paying X_program X_raining
X_ready X_room X_saturday X_sent X_should X_st X_stopping X_surgery X_thanks X_then X_they X_thing
X_til X_tomorrow X_under X_use X_vote X_with X_without X_your X~ENDV X~SENT YOU_? YOU_AUX_.
YOU_AUX_THE YOU_NUM_. YOU_TAKE_ME YOU_WANT_ME YOU_X_ME YOU_X_X YOU_for YOU_may YOU_number YOU_so
YOU_start YOU_then YOU_want YOU_with YOU~WH a_LIST a_STOPV a_list a_refund a_ride account_. ad
add_X ads_. afternoon all_the alone_X american_X an_X and_put anyway appointment_. appointment_X
appt are_THE as_X as_a ask at baby back_. back_X bags because_I because_i better better_. better_X
biden big big_X bill bill_. bless blocking book boss bring bring_X broken_. but_MY but_THEY
but_ill but_my calendar_THE call_MY call_YOU call_my call_you can_TEXTV can_remove cancel_THEY
cancel_and cancel_that cancel_the chance change_MY change_my charged check_X claim_X code come
coming confirm continue could_X country course da da_. date date_. day_? days days_. deals deliver
desk desk_. did_. dinner does_THE does_the dont_ENDV dont_bother dont_cancel down_THE driving_.
earlier end_X end_date ended_X ends exit_N field field_X find_MY find_my fix food from_THE gate
gate_. get_THE get_help get_the get_this gets_X getting_SENT getting_YOU getting_your go_for goin
goin_THE going good_X got_THIS got_YOU got_this got_your gud gud_X had_to have_THE havent havent_X
he head help_, help_? help_ME help_THE help_me help_with here_X hes_X him him_X home_THE home_X
i_can i_did i_do i_feel i_havent i_lost i_might i_need i_quit i_still in_june invoice is_broken
is_it its_a jobs june_. junk jus_X keep_ME keep_YOU keep_me knock know_IF know_X know_if
last_TEXTV late_X lease_X let let_me like_the link_X list_for list_of little little_X loan long
lor_. lot lot_THE love lunch maria maybe maybe_X me_NEG me_find me_with mean meds meeting
meeting_X milk monday_. month_. more_X more_messages my_SENT my_bank my_calendar my_car my_last
my_new my_reservation my_shopping my_way need_. need_an need_help nice night_X no_I no_i no_money
no_thank nope number_N number_in number_of off_work offer office office_. office_X ok_X old old_X
omg_STOPV omg_stop on on_YOU one_. only_. opting opting_THE opting_for option optout_of order_N
other out_for over over_X parking paying phone_AUX phone_from plans polls_. practice pray pretty_X
private_. program_. raining raining_. read ready receive_THE record records_. refund_. remove_X
remove_the reservation_X resume_MY resume_my right_? ring routing routing_NUM routing_number said
said_. say_. says school_X see see_YOU see_you service_X set_X should_X show small small_X snow_X
so_I so_THEY sorry_I st starting_THE still_WANT stop_THEY stop_at stop_being stop_in stop_on
stopped_by stopping_THE stops_. story story_. support sure sure_THEY sure_X sure_who susan
take_WANT take_care take_the takes taking talk tell tell_them text_YOU texts_AGAIN the the_N
the_TEXTV the_blue the_call the_code the_driver the_gate the_invoice the_last the_polls
the_tuesday them then_. then_YOU then_you there_. there_AUX there_X they they_AUX they_said
think_X this_one those til time_THE to_NUM to_go to_help to_leave to_number to_the to_vote treat
tv tv_. two_X until_X us_. use_X want_you wants_THE wants_to was_THE was_X we_STOPV we_will
website what what_NUM what_is whats when_AUX when_do which why will_STOPV will_stop win with_MY
with_my with_this with_you without wont_be working_. works yard yes yes_THEY yes_i you_? you_call
you_for you_may you_so you_start you_then you_want you_with your_number youre_X
=3 ,_REMOVE_ME ,_REMOVE_THIS ,_but ,_unsubscribe ,~LIST ,~NUM ,~TEXTING ._ENDV_ME ._I_TEXTING
._NEG_PERM ._NEG_PEST ._NEG_SENT ._PERM_X ._REMOVE_MY ._STOPV_PEST ._STOPV_THEY ._TAKE_ME
._TEXTV_STOPV ._THE_SENT ._X_TAKE ._alright ._cross ._cut ._delete ._disable ._get ._hey ._mark
._remove ._see ._still .~ALONE .~PERM .~PEST 5th ?_? ?_STOPV_TEXTING ?_thanks ?~TEXTING
AGAIN_,_REMOVE AGAIN_SENT AGAIN_TEXTV_ME AGAIN_THE AGAIN~NUM AGAIN~REMOVE AGAIN~STOPV
AGAIN~TEXTING AUX_STOPV_TEXTING AUX_YOU_NEG AUX_still ENDV_THEY_OFF ENDV_THIS_. ENDV_THIS_X
ENDV_me ENDV_messages ENDV~ENDV ENDV~YOU I_AUX_THE I_N I_TEXTV_THE I_WANT_MY I_X_STOPV I_X_YOU
I_are I_asked I_be I_moved I_optout I_prefer I_switched I~REMOVE LIST_, LIST_thanks LIST~I
LIST~THE LIST~THEY ME_. ME_._STOPV ME_ALONE ME_ALONE_. ME_THE_SENT ME_THE_THIS ME_X_TEXTV ME_alone
ME_of ME_these ME_this ME_up ME~AUX MY_NUM_? MY_NUM_REMOVE MY_info MY_mind MY_number
MY_subscription MY~AGAIN MY~NEG MY~WANT NEG_AGAIN_TEXTV NEG_PERM NEG_PEST NEG_SENT NEG_TAKE_SENT
NEG_TEXTV_THIS NEG_WANT_, NEG_X_, NEG_X_WANT NEG_even NEG_ever NEG_further NEG_longer NEG_looking
NEG_send NEG_sign NEG_vote NEG_working NEG_your NEG~NEG NEG~PERM NEG~TAKE NUM_._REMOVE NUM_._STOPV
NUM_REMOVE_. NUM_THE_YOU NUM_removed NUM~SENT NUM~TEXTING NUM~THEY N~REMOVE N~TEXTV N~THIS OFF_._.
OFF_MY_NUM OFF_THE_LIST OFF_YOU OFF_YOU_LIST OFF_YOU_TEXTING OFF_of OFF_with OFF_your OFF~ME
OFF~MY OFF~TEXTING OFF~THIS PERM_THE_TEXTV PERM_X PERM_X_THE PERM_for PERM_up PERM~ME PERM~TEXTV
PERM~THIS PEST PEST_. PEST_ME_. REMOVE_MY_TEXTV REMOVE~. SENT SENT_X_STOPV SENT_and SENT_for
SENT~AGAIN STOPV_PEST STOPV_STOPV_STOPV STOPV_TEXTING_SENT STOPV_THE_TEXTV STOPV_THE_THIS
STOPV_X_. STOPV_X_SENT STOPV_X_THIS STOPV_bugging STOPV_end STOPV_harassing STOPV_or
STOPV_spamming STOPV_to STOPV_wasting STOPV~MY STOPV~NUM STOPV~STOPV STOPV~YOU TAKE_ME_ALONE
TAKE_you TAKE~NEG TEXTING_._. TEXTING_ME_. TEXTING_ME_? TEXTING_ME_I TEXTING_THIS_NUM
TEXTING_X_SENT TEXTING_X_TEXTING TEXTING_to TEXTING~N TEXTING~NUM TEXTING~TEXTING TEXTV_.
TEXTV_ME_AGAIN TEXTV_SENT_THE TEXTV_STOPV TEXTV_THE_YOU TEXTV_anymore TEXTV_at TEXTV_from
TEXTV_list TEXTV~MY THEY_THE_YOU THEY_enough THEY_i THEY_number THEY_out THEY_would THE_AGAIN
THE_NUM_. THE_TAKE_YOU THE_TEXTV_ME THE_WANT_THE THE_X_ALONE THE_X_REMOVE THE_X_SENT THE_a
THE_complaint THE_good THE_lists THE_optout THE_sleep THE_text THE_vacation THE~ALONE THE~IF
THE~TEXTV THE~THIS THE~UNSUB THIS_? THIS_?_. THIS_LIST THIS_NUM_, THIS_SENT THIS_SENT_STOPV
THIS_THE THIS_list THIS_number THIS_to THIS~N THIS~NUM THIS~OFF THIS~TAKE THIS~THEY UNSUB_ME_.
UNSUB~. UNSUB~LIST UNSUB~NUM WANT_, WANT_MY WANT_N WANT_N_X WANT_my WANT_these WANT~NUM WANT~THIS
WH_AUX_THEY WH~ME WH~UNSUB X_,_NEG X_I_UNSUB X_NUM_, X_NUM_THE X_OFF_YOU X_PERM X_PERM_THE
X_REMOVE X_REMOVE_. X_SENT_. X_STOPV_TEXTING X_STOPV_X X_TAKE_THEY X_THEY_I X_THEY_IF X_THE_STOPV
X_THE_YOU X_THIS_? X_THIS_SENT X_UNSUB X_WANT_YOU X_X_IF X_X_MY X_X_YOU X_YOU_AUX X_ago X_anything
X_asked X_by X_delete X_desist X_died X_doing X_dont X_lose X_march X_old X_optout X_period
X_these X_up X_x X~NEG X~TAKE X~TEXTING YOU_AUX_PEST YOU_I YOU_LIST_, YOU_LIST_X YOU_MY YOU_NUM_X
YOU_TAKE_MY YOU_TEXTV_LIST YOU_lists YOU_my YOU_remove YOU~NUM a_complaint add_THIS add_this ago
all all_LIST all_lists all_texts alright and_I and_REMOVE and_STOPV and_TEXTING and_YOU and_desist
and_im and_remove and_texting anymore_SENT anymore_THE anymore_of anything appreciate_THEY
appreciate_it asked_YOU asked_to asked_you asking at_THEY barking be_X both_X bugging but_NEG bye
bye_. call_X cancel_me cancel_these carlos cease_TEXTING cease_X cease_and communication_.
consent_. cross cut day_. deactivate_SENT dead died died_X disable disable_SENT dont_AGAIN
dont_ever e end even_X ever_TEXTV filing finish for_MY for_my from_SENT from_you future_SENT
get_SENT getting_THIS getting_these give_it go got_THE harassing have_asked hear her_NUM
her_number hey his_NUM how_THE how_to i_moved id_appreciate im_N info_from interested_, is_a
is_for isnt isnt_X its_N job_SENT keep_getting kids_X know_who last_week leave_ME leave_me like_N
list_thanks longer longer_WANT looking_THE lost_. many_X mark_ME mark_me me_of me_these me_this
me_up messages more_TEXTV more_text mother_X moved must_I must_i my_info my_mind my_number
my_subscription n1 n4 need_AGAIN need_YOU never_TEXTV new_NUM no_AGAIN no_SENT no_X no_further
no_longer not_looking nothing number_removed of_SENT of_STOPV of_stop of_this of_your off_YOU
off_your one_AGAIN one_more or or_i out_MY p patient per person_. phone_NEG phone_X place point
possible_THE possible_to promos_. quit_asking quite_X receive_THIS receive_these receiving_texts
red_X remove_MY remove_me remove_my removed report reported request_to school_. see_THEY
send_anymore sending_me sent_STOPV sent_stop service service_THE signed_up sleep_X sms spamming
speak speak_X still_TEXTING still_texting stop_, stop_PEST stop_STOPV stop_TEXTV stop_contacting
stop_getting stop_harassing stop_it stop_or switched take_THIS take_me take_this text_, text_LIST
text_X text_list texting texts_X texts_to thanks_. thanks_X thats_enough these_. these_THE this_.
this_LIST this_list this_number tired_THE tired_of to_ME to_optout to_sleep tree understand up_THE
up_for used vacation want_OFF want_SENT waste we_are were_THE why_are why_do will_YOU will_you
word_THE would_stop wrong_number years you_I you_MY you_my you_remove your_TEXTING your_lists
your_texting
=4 ,_ENDV ,_NEG ,_NEG_AGAIN ,_UNSUB ,_UNSUB_. ,_X_NEG ,_we ,_wrong ._, ._ENDV_SENT ._I_TEXTV
._NEG_TEXTV ._OFF ._STOPV_ENDV ._STOPV_SENT ._STOPV_STOPV ._STOPV_TEXTING ._STOPV_TEXTV ._THE_THE
._UNSUB_ME ._X_IF ._X_OFF ._block ._bought ._cancel ._enough ._make ._note ._optout ._quite
._removed ._scratch ._would 3_times ?_?_REMOVE ?_?_STOPV ?_REMOVE_ME ?~THEY AGAIN_._STOPV
AGAIN_TAKE AGAIN_contact AGAIN_text AGAIN~TAKE AUX_REMOVE AUX_on AUX~NEG AUX~REMOVE AUX~THIS
ENDV_._. ENDV_SENT_THE ENDV_STOPV ENDV_STOPV_. ENDV_THE_SENT ENDV_THIS_SENT ENDV_service
ENDV_these ENDV~THE IF~AGAIN IF~TEXTING I_NEG_THE I_TAKE_REMOVE I_UNSUB_. I_at I_go I_make
I_revoke ME_and ME_im MY_X_OFF NEG_PERM_X NEG_TEXTV NEG_and NEG_consent NEG_messages NEG~THIS
NUM_AUX_THE NUM_OFF NUM_OFF_YOU NUM_STOPV NUM_off NUM_remove NUM_stop NUM~AGAIN NUM~NEG NUM~REMOVE
N_times N~, N~YOU OFF_. OFF_SENT_. OFF_THE_SENT OFF_THE_YOU OFF_THIS_LIST OFF_YOU_TEXTV OFF~LIST
OFF~NUM OFF~YOU PEST_ME PEST_MY_NUM PEST_me PEST~NUM REMOVE REMOVE_._. REMOVE_ME REMOVE_MY_NUM
REMOVE_THEY_NUM REMOVE_THE_LIST REMOVE_THE_NUM REMOVE_THE_YOU REMOVE_her REMOVE_me REMOVE_number
REMOVE~LIST REMOVE~NEG REMOVE~SENT SENT_. STOPV STOPV_._STOPV STOPV_ENDV STOPV_I_NEG STOPV_NEG
STOPV_PEST_MY STOPV_SENT STOPV_SENT_. STOPV_STOPV STOPV_STOPV_. STOPV_TEXTING_THEY STOPV_TEXTV
STOPV_THE_SENT STOPV_THE_TEXTING STOPV_X_STOPV STOPV_contacting STOPV_i STOPV_message
STOPV_messaging STOPV_texts TAKE_REMOVE TAKE_SENT TAKE_THEY_OFF TAKE_removed TAKE~AUX TAKE~STOPV
TAKE~TEXTING TEXTING_ME_THIS TEXTING_THE TEXTING_THEY TEXTING_THEY_. TEXTING_THE_X TEXTING_it
TEXTING_the TEXTING_this TEXTING~? TEXTING~NEG TEXTV_SENT TEXTV_SENT_. TEXTV_X_TEXTV TEXTV_again
TEXTV~AGAIN THEY_STOPV_. THEY_YOU THEY_YOU_AUX THEY_has THEY_you THEY~SENT THE_, THE_REMOVE_ME
THE_THE_SENT THE_THIS_, THE_all THE_business THE_communication THE_future THE_hear THE_job
THE_school THE_texting THE~NEG THE~SENT THE~STOPV THE~WANT THIS_. THIS_._STOPV THIS_NUM_OFF
THIS_NUM_X THIS_THE_MY THIS_group THIS_messages THIS_stop THIS~PEST UNSUB_X_? WANT_MY_NUM
WANT~SENT WH~THIS X_,_UNSUB X_._TAKE X_AGAIN_, X_NUM_STOPV X_N_THE X_TAKE X_TEXTING_THE X_THE_LIST
X_THE_WANT X_UNSUB_. X_info X_point X_see X_stop X_text X_updates X~STOPV YOU_AUX_REMOVE YOU_AUX_X
YOU_NEG_TEXTV YOU_X_NEG YOU_X_STOPV YOU_contacts YOU_dont YOU_records YOU~NEG YOU~PEST YOU~SENT
a_job all_communication and_delete and_stop another anymore anymore_. asked asked_X asking_.
be_REMOVE be_removed been_THE but_STOPV but_TAKE but_THE but_stop but_take cancel_THIS
cancel_texts closed contact_LIST contact_list contacting contacting_ME contacting_me customer de
didnt_PERM didnt_sign district district_. dont_accept dont_consent dont_contact dont_message
dont_need end_SENT exclamation_point from_LIST from_THIS from_list from_this future
future_messages garbage get_REMOVE get_off get_removed getting_X getting_texts give guy_. has i_be
i_go i_have i_revoke im_at is_STOPV leave_my list_, lists lists_. live_in looking_for lose_MY
lose_THIS lose_my lose_this many_times marketing_. me_and me_im message_ME message_me messages_.
messaging_. more_texts no_and no_messages not_PERM not_YOU not_text not_your note number_STOPV
number_from number_remove number_stop of_. of_THIS off_. opt_X part_THE part_of pause period
period_. permission_THE point_. prefer pretty promos quit_THEY rather_NEG rather_not receiving
remind remove remove_ME remove_from remove_her remove_number replied request_. revoke_PERM s
scratch send_SENT sending_ME sending_THEY sending_this spamming_. stop_ENDV stop_NEG stop_i
stop_message stop_messaging stop_to switched_X text text_AGAIN text_stop texts texts_. texts_from
that_YOU that_you these these_? these_messages this_STOPV this_group throw time time_TEXTING
to_hear to_me to_these top unsolicited unsolicited_SENT unsubscribe_? up vote_, vote_THE vote_for
want_X want_off wanted wasting we_dont whatever wish word would_STOPV would_YOU would_you
wrong_person your_NEG your_STOPV your_contacts your_records
=5 ,_REMOVE_. ,_REMOVE_THEY ,_STOPV_. ,_dont ,_remove ._ENDV ._I_UNSUB ._OFF_THE ._REMOVE ._SENT
._X_TEXTV ._cease ._discontinue ._end ._fuck ._go ._idk ._off ._sold ._stay ._ugh 15 ?~. ?~ME
AGAIN_._. AGAIN_SENT_. AGAIN_TAKE_ME AGAIN_TEXTV AGAIN_X_SENT AGAIN_take AGAIN_thanks AGAIN~SENT
AUX_THE_THE AUX_X_STOPV ENDV_ENDV I_UNSUB_? I_WANT_OFF I_X_REMOVE I_said I~PERM ME_? ME_NEG_AGAIN
ME_THIS ME_be ME_i ME_no MY_NUM_. MY_mother MY~OFF MY~TAKE NEG_TEXTV_AGAIN NEG_TEXTV_SENT NEG_X_MY
NEG_YOU_X NEG_give NEG_in NEG_message NEG_text NEG_to NEG_wish NEG_you NEG~AGAIN NEG~TEXTV NUM_._X
NUM_AGAIN_. NUM_NEG_TEXTV NUM_REMOVE NUM_STOPV_. NUM_THE_THIS NUM_again NUM_dont NUM~STOPV N~STOPV
PEST_MY PEST_my REMOVE_._X SENT_._REMOVE SENT_I SENT_must STOPV_._I STOPV_PEST_. STOPV_TEXTV_.
STOPV_X_MY STOPV_YOU STOPV_YOU_X STOPV_asking STOPV_quit STOPV_you STOPV~I TAKE_OFF_THIS TAKE_lost
TAKE_these TAKE~ALONE TAKE~REMOVE TEXTING~ME TEXTING~MY TEXTING~THE TEXTV_AGAIN TEXTV_AGAIN_.
TEXTV_ME_SENT TEXTV_or TEXTV_stop THE_AGAIN_SENT THE_LIST_. THE_NEG_TEXTV THE_TAKE_SENT
THE_THE_NEG THE_WANT THE_YOU_NUM THE_any THE_dont THE_messages THE_take THE~REMOVE THIS_._REMOVE
THIS_AUX_STOPV THIS_LIST_. THIS_NUM_AGAIN THIS_STOPV UNSUB_._. WANT_OFF WANT_SENT WANT_SENT_.
WANT_THIS_. WANT_off WANT~LIST X_,_REMOVE X_._NEG X_._UNSUB X_?_STOPV X_AGAIN_TAKE X_NEG_WANT
X_NUM_NEG X_NUM_REMOVE X_TAKE_ME X_TEXTING_. X_THEY_STOPV X_X_LIST X_X_SENT X_YOU_I X_away
X_consent X_e X_numbers X_remove X_schools X_signed X_texts YOU_X_TEXTING YOU~STOPV all_messages
and_MY and_thank anymore_TAKE anymore_take at_all away block bot bought but_REMOVE but_remove c3
call_or cancel_. cancel_alerts communication delete_it desist desist_. dont_TEXTV dont_text
dont_wish else_. end_. end_THIS end_this enough exclamation exclamation_X flooding following
from_TEXTING from_all fuck get_OFF get_lost get_these got_to has_X hear_THE hired i_said idk
im_UNSUB im_optout is_on is_stop it_STOPV it_out last_X lose mark marketing me_? me_THIS me_i
me_no messages_X messaging mother moved_. my_mother name_. need_these need_your no_THE not_in
nothing_X number_REMOVE numbers o of_these opt optout or_I own phone_AGAIN phone_OFF phone_again
phone_off political_texts quit_TEXTING quit_sending quit_texting receiving_SENT records_X
removal_THE removed_. requests revoke_X s_X school_SENT schools send_to spam stay stay_OFF stop
stop_SENT stop_asking stop_receiving tell_you text_again texting_THEY tf the_NEG the_dont
the_messages time_. to_take to_text ugh unsubscribe wish_THE wish_to with_THE you_TEXTING
=6 ,_REMOVE ,_STOPV ,_STOPV_TEXTING ,_delete ._ENDV_TEXTV ._REMOVE_NUM ._STOPV ._STOPV_YOU ._lose
._quit ._removal ._stop ?_STOPV ?_STOPV_. ?_remove ?_stop AGAIN_REMOVE ENDV_. ENDV_OFF_SENT
ENDV_SENT ENDV_TEXTV ENDV_alerts ENDV_text ENDV_this ME_?_. ME_I ME_I_NEG ME_about ME_anymore
ME~NEG MY_consent MY_privacy NEG_._REMOVE NEG_AGAIN_. NEG_TEXTV_LIST NEG_YOU NEG_use NEG~SENT
NUM_AGAIN NUM_OFF_. NUM_belongs N_._. OFF_LIST OFF_LIST_. OFF_list OFF~SENT PERM_X_. PERM~SENT
PEST_STOPV PEST_STOPV_. PEST~STOPV REMOVE_ME_. REMOVE_NUM REMOVE_NUM_. REMOVE~NUM REMOVE~THIS
REMOVE~YOU SENT_X_SENT SENT_at SENT~NEG SENT~STOPV STOPV_._X STOPV_TEXTING_. STOPV_THEY_.
STOPV_THIS STOPV_X_I STOPV_im STOPV_it STOPV_these STOPV~OFF STOPV~SENT STOPV~TEXTING STOPV~TEXTV
TAKE_messages TEXTING_THIS_THE TEXTV_LIST_. TEXTV_STOPV_. THEY_._. THEY_._STOPV THE_political
THIS_TEXTV_LIST THIS~AGAIN THIS~YOU UNSUB UNSUB_? UNSUB_?_. UNSUB_X_. WANT_OFF_. WANT_STOPV
WANT_anymore WANT_stop X_,_STOPV X_MY_PERM X_NEG_TEXTV X_REMOVE_ME X_REMOVE_MY X_else X_t X_take
X_times YOU_REMOVE_ME YOU_TEXTING YOU_X_LIST YOU_texting be begging belongs belongs_THE belongs_to
bother_me cease consent_X data delete_ME delete_me discontinue election else everything family
from_your fuck_OFF fuck_off further further_SENT go_away harassment_. longer_want me_I me_about
me_anymore my_consent my_privacy need_SENT notifications number_OFF number_off of_texts off_LIST
off_list off_of parent political_SENT privacy remove_NUM report_YOU report_you send_AGAIN
sending_. side so_STOPV so_stop soliciting stop_THIS stop_YOU stop_im stop_these stop_you t t_X
tell_YOU text_. texting_MY texting_my times_. unenroll_ME unenroll_me unsubscribe_. up_MY up_my
want_your with_the your_dont
=7 ._._STOPV ._ENDV_THIS ._STOPV_I ._UNSUB ._for ._opt ?_REMOVE AGAIN_texts AUX_STOPV_.
ENDV_SENT_. ENDV_THIS ENDV_all ME_._X ME_OFF_. MY_PERM NEG_TEXTV_ME NEG_authorize NEG_disturb
NEG_own NEG_texts NUM_,_REMOVE NUM_._NEG OFF_SENT PEST~AGAIN SENT_NEG STOPV_I STOPV_I_X
TAKE_OFF_LIST TEXTING_. TEXTING_my THEY_stop THE_THIS_. THE_YOU_NEG THE_be THE_money THIS~LIST
THIS~UNSUB UNSUB_THE_SENT UNSUB_THE_THIS UNSUB~THIS WANT_AGAIN_SENT WANT_your X_ME_OFF
X_SENT_STOPV X_YOU_STOPV X~UNSUB YOU_NEG_STOPV YOU_STOPV_. alerts_THE all_SENT authorize auto_SENT
away_. cancel_SENT consent contact_. disturb disturb_. dont_disturb dont_use end_all for_money
from_YOU harassment it_stop last_time more_. my_PERM no_texts off_SENT or_TEXTV or_text political
replied_STOPV replied_stop request sms_. stop_I stop_with subscription times to_be unwanted up_.
=8 ,_stop ._UNSUB_. ._unsubscribe ME~ALONE NEG_PEST_ME STOPV_. STOPV_NEG_X STOPV_THE_THE
STOPV_THIS_. THEY~REMOVE THIS~STOPV UNSUB_. WANT_YOU_SENT X_._STOPV X_THIS_NUM X_contacted
X_mensajes X~REMOVE YOU~LIST anything_. be_contacted bother_ME contacted creep delete_.
everything_. favor favor_. mensajes mensajes_. notifications_. optout_. requesting sold spam_.
texting_.
=9 ._STOPV_, ._STOPV_NEG ._STOPV_THIS ._revoke NEG_WANT_SENT STOPV_? STOPV_?_. STOPV_with
STOPV_wrong TAKE_OFF_MY remove_. revoke_. stop_. stop_? stop_wrong subscription_.
=10 ._REMOVE_. ._STOPV_. ENDV~SENT NEG_._STOPV NEG_SENT_. NEG_TEXTV_. REMOVE_. revoke send_.
=11 ._stopall X_._REMOVE stopall stopall_.
=12 no_STOPV no_stop
=14 ._ENDV_.
"""


def _read(text: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    weight = 0.0
    for word in text.split():
        if word[0] == "=":
            weight = int(word[1:]) * _STEP
        else:
            weights[word] = weight
    return weights


WEIGHTS: Final = MappingProxyType(_read(_WEIGHTS))
