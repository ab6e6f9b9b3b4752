"""The weights of the second opinion. Written by scripts/build_opinion; do not edit."""

from types import MappingProxyType
from typing import Final

BIAS: Final = -0.8
_STEP = 0.1

# `=N`: what follows weighs N steps.
_WEIGHTS = """
=-19 n0
=-12 STOPV_X_THE
=-11 ._start
=-10 ._resume ._unstop done_. in_. next opt_in resume subscribe unstop yet_.
=-9 ._NEG_TAKE ._X_ENDV ._continue ._help ._subscribe NEG~UNSUB quiet refund speaker stock
=-8 ._NEG_. ._TEXTV_ME ._info ._stopping AGAIN_questions I_WANT_X ME_to NEG_ENDV NEG_SENT_THE
NEG_TAKE_ME NEG_UNSUB NEG_unsubscribe OFF_X_. STOPV_X_THEY STOPV_by TEXTV_ME_THE X_stopped broken
confirm_. down enough_X ex ex_. flight for_ME for_me gas help_. lease leave_. lying_. message_X
missed need_X on_the onions pain photo playing questions refills reschedule reschedule_. ring some
start stop_by stopped stopping sure_. trump_. unit unstop_. update_MY update_my water yes_. yet
=-7 ,_I_WANT ,_text ._LIST ._MY_NUM ._NEG_ENDV ._NEG_REMOVE ._NEG_STOPV ._NUM_. ._THEY_STOPV ._X_?
._disregard ._keep ._lost ._sign 3pm ?_?_. AUX_MY_NUM AUX~AGAIN IF_I_X LIST_THE LIST_for ME_a
ME_know MY_lease MY_membership MY_new NEG_. NEG_REMOVE NEG_REMOVE_MY NEG_cancel NEG_say NEG~OFF
STOPV_lying STOPV_playing TEXTV_NUM THEY_quit THE_AUX_X THE_call THE_email THE_tuesday
WANT_THE_SENT WANT_THIS_X WANT_the X_,_I X_IF_I X_NEG_STOPV X_STOPV_, X_THE_MY X_X_TEXTV X_drive
X_his X_its X_said X_service X_us YOU_STOPV_X always always_X and_drive at_STOPV auto_X be_a
be_late by_. c call_ME call_me cash cash_. coffee confirmed contact_MY contact_my contract
contract_. delivery_. disregard dont_REMOVE dont_STOPV dont_TAKE driveway end_the enough_for
flight_. free_X great guns information insurance_. internet join knock know_. lying mail_X me_know
me_to money_X my_lease my_membership my_new nice_. off_to onions_. p_. photo_. pizza plan_.
resume_. review sent_. sorry_. sorry_i start_. start_TEXTING stopping_. taxes taxes_. through
thursday tuesday tuesday_. two voicemail war we_have why_AUX
=-6 ,_TEXTV_ME ,_sorry ,_thats ._ME ._NUM ._OFF_X ._PERM_ME ._TEXTV ._THE_ENDV ._X_SENT
._absolutely ._call ._here ._list ._lol ._me ._text ._the ._to ._two ._weekend ._yup 3pm_.
AGAIN_,_X AUX_I_TAKE AUX_TAKE_THE AUX_X_NUM AUX_broken AUX_lose ENDV_MY_X ENDV_THEY_X ENDV_THE_X
ENDV_X_. ENDV_X_? ENDV_of ENDV~AUX I_AUX_REMOVE I~ALONE LIST_THE_X MY_old NEG_STOPV NEG_TEXTV_,
NEG_mind NEG_problem NEG_quit NEG_quite NEG_take NEG~IF N_. REMOVE_THE_X REMOVE_X_. REMOVE_a
STOPV_X_N STOPV_time TAKE~THEY TEXTING_X_X TEXTV_X_N TEXTV_him THEY_? THEY_?_. THEY_told THEY_was
THE_ENDV_. THE_PERM THE_SENT_AGAIN THE_app THE_for THE_gas THE_lease THE_message THE_noise
THE_paper THIS_X_? UNSUB~TEXTV WANT_THEY_X WANT_X_. WH_. WH_? WH_?_. WH_AUX_THIS WH_X_? WH_would
WH~IF X_?_X X_N_. X_blue X_calls X_food X_half X_lol X_needed X_ok X_or X_reason X_right X_school
X_send X_slot X_stopping X_think X_through X_today X_twice X_weird X_were X_writing YOU_?
YOU_X_OFF YOU_going a_message absolutely access access_THE add apply_. babies bank_. bother_.
but_still buy_X calling came_THE cancer_. cant_STOPV cant_make cart cart_. charge charge_. come_in
contact_X continue_. day_OFF day_off did_THE did_YOU did_the did_you dont_stop dont_take down_.
drive drive_. email_. emails end_of exit finished food free friday funding get_the got_THEY half
help help_X here_, his_X hurry i_REMOVE i_like info is_broken it_? it_so it_was its_X john k_.
kick last_text lease_. list_THE list_for lol me_a mondays my_old no_. no_problem noise offer_.
on_THEY order_. others our our_X over_. paper paper_X pick pick_X pick_up pickup pretty_X problem
problem_. project property questions_. quitting quote re remove_a resend ride_. said_. say_. see_.
send_a shoes shoes_. sign sim slot slot_. smart snow some_X sorry_I spot spot_. stop_lying
stop_time stopped_X subscribe_. tell_THEY test the_app the_lease the_noise think_. those those_X
tonight_. traffic transfer up_on update us_X user waitlist waitlist_. water_X weekend weekend_.
weird what_? when when_THE whens wont_STOPV would_I writing x_. yeah_, yes_I you_? you_going yup
=-5 ,_. ,_thanks ,_the ._,_X ._1 ._? ._I_ENDV ._I_PERM ._I_REMOVE ._I_STOPV ._NEG_MY ._THE_.
._THE_NUM ._WH_LIST ._X_NUM ._X_TEXTING ._and ._cant ._haha ._happy ._last ._lets ._oops ._re
._should ._started ._update ._who ._whos ._why ._yep .~WH 1 16 8_. 9_X ?_I_X AGAIN_NUM AGAIN_info
ALONE~. ALONE~THE AUX_ENDV AUX_I_REMOVE AUX_OFF AUX_X_TEXTV AUX_YOU_? AUX_about AUX_all AUX_good
AUX_text AUX~PEST ENDV_THE_TEXTV I_NEG_TEXTV I_PERM I_PERM_. I_been I_know I_need I_remove
I_stopped LIST~? ME_THE_STOPV ME_THE_TEXTV ME~IF MY_NUM_, MY_X_? MY_car MY_order MY_rsvp NEG_ME_.
NEG_STOPV_TEXTING NEG_TAKE NEG_TEXTV_THE NEG_agree NEG_getting NEG_got NEG_make NEG_remember
NEG_stop NEG_way NEG_worries NEG_worry NEG~, NEG~ENDV NUM_._I NUM_?_. NUM_N NUM_THE_THE
NUM_THE_THEY OFF_at OFF_hold OFF_shopping PERM_THE_THE PERM~THEY PEST_YOU PEST_you REMOVE_MY_X
REMOVE_your REMOVE~N SENT_THE_THE SENT_today STOPV_THEY_X STOPV_WH STOPV_being STOPV_charging
STOPV_him STOPV_payment STOPV_smoking STOPV_working STOPV~? STOPV~N TAKE_WANT TAKE_WANT_.
TAKE_X_OFF TAKE_care TAKE_the TAKE~IF TEXTV_._. TEXTV_YOU TEXTV_before THEY_,_X THEY_ENDV
THEY_ENDV_X THEY_I_WANT THEY_STOPV_X THEY_TAKE THEY_TAKE_ME THEY_TEXTV THEY_X_. THEY_all
THEY_should THE_AUX_. THE_LIST_THE THE_PERM_X THE_TAKE_MY THE_TAKE_THE THE_TEXTV_. THE_X_AUX
THE_X_LIST THE_X_OFF THE_X_WH THE_alarm THE_chat THE_emails THE_kids THE_late THE_line THE_lose
THE_main THE_netflix THE_pain THE_price THE_receipt THE_sign THE_tonight THE_town THE_voicemail
THE_wait THE_waiting THIS_month THIS~ENDV UNSUB_THE_THE UNSUB~AUX UNSUB~X WANT_AGAIN_X WANT_ME
WANT_me WANT_those WH_AUX_X WH_LIST WH_does WH_list WH~SENT X_,_THE X_._. X_._WH X_?_. X_I_THE
X_ME_, X_STOPV_THEY X_TAKE_YOU X_TEXTV_THE X_THEY_OFF X_X_ALONE X_YOU_NEG X_address X_around X_b
X_be X_calling X_continue X_days X_drop X_early X_ending X_first X_free X_friday X_going X_her X_k
X_left X_making X_never X_new X_next X_noon X_others X_plan X_reservation X_saturday X_say X_shift
X_sign X_sorry X_still X_taxes X_team X_they X_thing X_towards X_use X_when X_will X_wont X_works
X_wrong X_yes X_yesterday YOU_AUX_TEXTV YOU_TEXTV_. YOU_THE_X a_TEXTV about_ME address_. after_N
after_X agree ah alarm_. alerts_X almost and_put answer any_time anytime anytime_. are_. around
at_MY at_my autopay b_. back back_on before_N before_X being being_X biden bleeding block_THE blue
but_X cake cake_. call call_, call_. calls calls_. cancer cant_stop card card_. cause charging
claim claim_X close_MY close_my color color_. count cover crazy crazy_X days_X debt_. delivery did
disturb_YOU disturb_you do_WANT donated dont_ENDV dont_cancel dont_leave dont_worry driver early
early_. either_X elsewhere_. ending ends_. fee fee_? finally first first_. first_X food_X for_.
for_NEG for_tonight forget_THEY forget_it forgot friday_. funny getting_THE getting_the give_X
got_it great_. gud gud_X had_a haha happy he_STOPV hee hee_. hello_. him_out hold hold_. house_X
hungry i_PERM i_know i_need i_remove ignore ill_ENDV ill_end ill_have in_at info_. it_, it_ENDV
ive_been k_X keep_going leave_THEY leave_it left left_. lets lets_X lol_. made made_ME main
make_THE making mean mean_THE meant message_THE mind_. miss mode more_NUM more_info my_. my_car
my_order my_rsvp need_. need_the never_got never_mind no_way no_worries noon nope_. not_getting
of_town off_at off_hold offer often oh_X on_THE online oops opt_THE or_X or_something order_N
others_X out_shopping paid payment perfect pic pizza_X points politics posted power quit_smoking
rain rain_X rash receipt received rent reservation reservation_. ride rsvp running_X said_I
saturday say_THEY say_that saying says send_the sent_X shift shift_. shopping shopping_LIST
shopping_X shopping_list smoking some_THE some_of somehow sorry sorry_X sounds sounds_X spending
started started_X step still_WANT still_want stop_WH stop_him stop_payment stopped_. stopping_X
sun sunday_. sure_X surgery table take_WANT take_YOU take_care take_out take_your taking_X teacher
team_. tell_them test_. tests than the_PERM the_alarm the_chat the_emails the_kids the_message
the_price the_time they they_STOPV things_THE things_to think_i this_month tip to_. to_call
to_lose told_ME told_me tonight took towards trial trip trip_. turn_it until us_a us_in video
vote_. wait wait_. waiting waiting_LIST waiting_list want_the want_you war_. was_I was_i way_.
we_had wearing website weeks when_does while_I while_im whos whos_THIS whos_this why why_did
will_STOPV will_stop wont_stop work_. work_X worries worries_. xx xx_. y_. yep yep_. yes_X youre
yup_X
=-4 ,_TEXTV ,_THIS ,_X_. ,_X_AUX ,_X_THEY ,_be ,_call ,_is ,_maybe ,_so ,_start ,_who ,~WANT ._._.
._AUX_I ._IF_X ._N ._REMOVE_THEY ._TAKE_WANT ._TEXTING ._TEXTV_X ._THEY ._THEY_TAKE ._WANT_X
._X_MY ._add ._ask ._at ._but ._cause ._come ._d ._good ._his ._hm ._huh ._ignore ._maybe ._mm
._of ._ok ._read ._say ._she ._sounds ._they ._voted ._well ._when ._y .~? 10_X 3_. 5_. ?_. ?_IF
?_TEXTV ?_if ?~YOU AGAIN_._X AGAIN_X_. AGAIN~, AGAIN~N AGAIN~TEXTV ALONE_X AUX_. AUX_AGAIN
AUX_I_ENDV AUX_I_WANT AUX_OFF_. AUX_STOPV_X AUX_TEXTV AUX_TEXTV_ME AUX_TEXTV_X AUX_YOU_TEXTV
AUX_great AUX_off AUX_we AUX_your AUX~WANT ENDV_? ENDV_?_. ENDV_X_N ENDV_date ENDV_that ENDV_up
ENDV~X IF_N IF_X IF_X_X IF_he IF_i IF~, IF~AUX IF~WH I_AUX_ENDV I_AUX_THEY I_AUX_WANT I_ENDV
I_NEG_ENDV I_NEG_STOPV I_PERM_THE I_STOPV_. I_STOPV_THE I_UNSUB_THE I_X_. I_X_ENDV I_X_TEXTING
I_cancel I_end I_havent I_might I_must I_off I_turn I_was I_would I~ENDV LIST_AUX LIST_is ME_IF
ME_X_SENT ME_more ME_when ME~TAKE MY_SENT MY_X_THE MY_application MY_bill MY_card MY_other NEG_,_I
NEG_REMOVE_ME NEG_SENT_X NEG_STOPV_, NEG_STOPV_THE NEG_STOPV_X NEG_TAKE_THE NEG_TAKE_THEY
NEG_TEXTV_MY NEG_X_AUX NEG_X_I NEG_forget NEG_leave NEG_sure NEG_talk NEG_thank NEG_wait NEG_yet
NEG~N NEG~PEST NUM_THE_MY NUM_THE_X NUM_to N_N N_N_. N_OFF N_X_NEG N_min N_off N~? OFF_MY_X OFF_X
OFF_X_THE OFF_for OFF~AGAIN PERM_X_X PERM~I PERM~STOPV PEST~THE PEST~THEY REMOVE_THEY_X
REMOVE_about REMOVE_that REMOVE_the REMOVE~THEY REMOVE~X SENT_._X SENT_AGAIN SENT_AGAIN_. SENT_X_?
SENT_in SENT~? STOPV_IF STOPV_MY_X STOPV_X_IF STOPV_X_X STOPV_coming STOPV_in STOPV_on
STOPV_running STOPV_taking STOPV_there STOPV~AGAIN TAKE_._. TAKE_? TAKE_?_. TAKE_THEY_THE
TAKE_THIS_X TAKE_YOU_X TAKE_on TAKE_there TAKE~N TAKE~WANT TEXTING_X TEXTV_, TEXTV_?_. TEXTV_IF
TEXTV_MY TEXTV_MY_X TEXTV_N TEXTV_N_X TEXTV_THEY_X TEXTV_YOU_X TEXTV_for TEXTV_my TEXTV_on
TEXTV_the TEXTV_you THEY_AUX_YOU THEY_STOPV_THE THEY_X_ME THEY_X_X THEY_had THEY_helps THEY_keep
THEY_said THEY_took THEY_work THEY_wouldnt THEY_youre THEY~ME THEY~OFF THEY~PEST THE_?_.
THE_ENDV_? THE_LIST_X THE_REMOVE_THE THE_TAKE_X THE_X_. THE_X_ENDV THE_X_N THE_X_STOPV
THE_appointment THE_bleeding THE_book THE_country THE_door THE_friday THE_gym THE_invoice THE_mail
THE_miss THE_new THE_night THE_not THE_on THE_our THE_plan THE_problem THE_quit THE_refund
THE_road THE_saturday THE_smart THE_snow THE_stopping THE_subscription THE_texas THE_tickets
THE_trip THE_update THE_water THE~N THIS_._. THIS_NUM_THE THIS_bill THIS_message THIS_morning
THIS~SENT UNSUB_THE_X UNSUB_X_AUX UNSUB_X_THE UNSUB~THE WANT_,_X WANT_. WANT_? WANT_ME_. WANT_NUM
WANT_THEY_. WANT_WH WANT_X_THEY WANT_X_THIS WANT_YOU_THE WANT_an WANT_help WH_THE_ENDV WH_X_IF
WH_did WH_much WH_was WH~ENDV WH~PEST WH~WANT X_,_MY X_,_THIS X_._IF X_._MY X_._THE X_._THIS X_?
X_AUX_STOPV X_AUX_THE X_ENDV X_ENDV_. X_ENDV_THEY X_LIST_. X_ME_X X_N_N X_OFF_X X_TAKE_X
X_TEXTING_X X_TEXTV_X X_THE_NEG X_THE_TEXTV X_THIS_TEXTV X_X_? X_X_ME X_X_NUM X_X_WANT X_YOU_?
X_YOU_NUM X_YOU_SENT X_YOU_TEXTV X_about X_add X_after X_any X_anytime X_before X_better X_box X_c
X_call X_canceled X_card X_chat X_cleaning X_club X_delivery X_didnt X_dinner X_disturb X_emails
X_end X_ended X_far X_fee X_fees X_finally X_fine X_fish X_gets X_glad X_go X_hello X_helpful X_id
X_job X_little X_made X_make X_money X_needs X_night X_nobody X_order X_party X_pay X_pickup
X_pizza X_place X_plans X_question X_sending X_sent X_shop X_signs X_something X_st X_started
X_surgery X_till X_true X_vote X_voting X_wars X_we X_without X_work X_yet X_your YOU_._. YOU_?_.
YOU_REMOVE_THE YOU_X_ME YOU_cant YOU_later YOU_leave YOU_lol YOU_message YOU_want a_. a_LIST
a_good a_list a_new a_problem a_real a_refund a_text able able_THE able_to about_. address agree_.
alarm all_the allowed alone_X american_X and_add and_the annoying_, application application_. appt
around_X as_MY as_my asked_ME asked_me at_the authorized auto away_THE back_. back_THE ballot
ballot_. be_there because_i bed before being_so better_. bill bill_. block_X block_the book bring
bring_X broken_. bus_X business_. calendar calendar_. call_YOU call_you calling_ME calling_YOU
calling_me calling_you can_TEXTV can_text cancel_THEY cancel_that canceled cant cant_talk car_,
carry catch cause_X change charge_from cheese cheese_. cleaning close club club_. come_to
computers computers_X country_X creepy dad date_. day_I days deals definitely delete_the
delivery_X didnt didnt_STOPV didnt_stop dinner dinner_. do_. doctors does_X donate donate_X
dont_forget dont_start dont_understand driving_. dropped easy eh either email email_X emergency
end_X end_date event far fee_. feel feel_X fees field field_X fish forget forget_THE forget_X
forget_about free_THE from_ME from_THEY from_X from_me from_the game_. gd get_there gift gift_X
girl give_me giving_X glad go_. go_on goal gotta guy_X had_X has_a havent havent_X hear_X help_ME
help_THE help_me help_with helpful helps her_to him_. him_X him_to hit hm home how_much huh huh_?
i_havent i_might i_never i_turn i_was ice id_start if_X if_he im_off in_MY in_school instead
insurance invite invoice is_YOU is_all is_your its_so june june_. jus jus_X keeps know_X later
later_. leave_X lemme letter like_THEY like_X link_X little little_X live_there lose_X lost_MY
lost_X lost_my loving lunch machine making_ME manage manage_THE maria_. maybe maybe_X me_IF
me_more me_when meeting_X miss_YOU mm mom_X month_. my_SENT my_application my_bill my_card
name_THE name_X name_on need_a need_an need_for need_help netflix netflix_X never never_STOPV
night night_. no_I no_i not_ME not_me not_sure not_yet of_ME of_course of_us off_X often_. ok_X
old_address on_file online_. option order out_YOU over_THE over_X parking peanut peanut_X plans
points_. policy policy_. practice previous previous_X price prob question question_. rather_X re_X
reading real_X real_person record remember remove_the reservation_X restart resume_X road road_X
room room_. running said saturday_. say school_X share short should should_I should_X should_i
sign_ME sign_me signs sleeping sleeping_. smart_X snow_X something something_. sorry_wrong st
start_over start_to stolen stolen_. stop_IF stop_being stop_charging stop_in stop_playing
stop_running stop_taking stopped_by stopped_coming stopped_working store_X study study_. studying
stuff_X subscription_X suddenly sunday support sure_THEY sure_who susan switch take_X tell_ME
tell_him tell_me test_X texts_on that_. that_AUX the_ENDV the_X the_account the_bleeding the_call
the_door the_end the_gym the_invoice the_meeting the_road the_sign the_snow the_water them_THE
them_all there_NEG things things_X think_I thinking thinking_X thinking_about this_X this_bill
this_message this_morning through_THE tickets till till_X time_THE time_to to_MY to_NUM to_PEST
to_YOU to_miss to_my to_number to_quit to_you today_, today_? tomorrow_. town town_. train treat
treatment trump trust turned_OFF tv tv_. up_with upgrade users using_THEY volunteer wars was
was_OFF was_THE way_X we_WANT we_need we_would well well_. what_I what_i when_AUX why_was wife_.
wife_X will_help will_probably win with_. with_THEY without without_ME without_me wondering
wont_be worry wouldnt wrong_. wrong_THE wrong_address y yes_i you_call you_cant you_later
you_leave you_lol you_want your_message
=-3 ,_TEXTV_X ,_THIS_AUX ,_X_ME ,_X_N ,_X_THIS ,_can ,_help ,_ill ,_its ,_this ,~? ._AUX_MY
._IF_THEY ._I_AUX ._LIST_X ._TAKE_THEY ._THEY_THE ._THE_MY ._THE_X ._WH_NUM ._after ._did ._done
._even ._forget ._forgot ._jus ._k ._never ._omg ._out ._remember ._right ._tell ._was .~N 12_X 40
40_. 7 ?_im AGAIN_X_, AUX_._. AUX_AUX AUX_AUX_. AUX_REMOVE_X AUX_WANT_THE AUX_X_N AUX_do AUX_out
AUX_probably AUX_what AUX_wrong ENDV_, ENDV_X ENDV~? ENDV~N IF_I IF_THEY_X IF~REMOVE I_AUX_OFF
I_NEG_. I_OFF_X I_TAKE_MY I_TEXTV_YOU I_WANT_THIS I_X_WANT I_do I_dropped I_help I_left I_lost
I_love I_quit I_voting I_wouldnt LIST_of ME_X_THE ME_as ME_so ME~NUM ME~WANT MY_X_LIST MY_X_STOPV
MY_appointment MY_ballot MY_calendar MY_email MY_ex NEG_._X NEG_TAKE_X NEG_X_. NEG_going NEG_it
NEG_let NEG_start NEG_stopped NEG_thanks NEG_think NEG~I NEG~STOPV NUM_of N_AUX N_AUX_X N_OFF_?
OFF_, OFF_X_, OFF_X_? OFF_today OFF~X PEST_YOU_. REMOVE_OFF REMOVE_THE_THE REMOVE_X_THE REMOVE_off
REMOVE_weight REMOVE~? SENT_YOU SENT_on SENT_so SENT_you SENT~TEXTV STOPV_AUX STOPV_ME
STOPV_THEY_THE STOPV_X_, STOPV_at STOPV_me STOPV_that STOPV~TAKE TAKE_N_OFF TAKE_OFF_X TAKE_THEY_.
TAKE_it TAKE_out TAKE_your TEXTING_THEY_X TEXTING_you TEXTV_ME_, TEXTV_a TEXTV~, TEXTV~IF THEY_N
THEY_THE_MY THEY_THE_STOPV THEY_X THEY_X_, THEY_X_I THEY_X_MY THEY_be THEY_can THEY_hes THEY~PERM
THE_NUM_YOU THE_OFF THE_REMOVE_X THE_SENT_STOPV THE_STOPV_MY THE_STOPV_TEXTING THE_STOPV_THEY
THE_TEXTV_THE THE_THEY_? THE_X_YOU THE_bill THE_bother THE_bring THE_class THE_come THE_course
THE_driver THE_event THE_find THE_free THE_go THE_meeting THE_others THE_out THE_rain THE_schedule
THE_second THE_start THE_sunday THE_title THE_us THE~WH THIS_THE_ENDV THIS_X THIS_weekend
THIS_year WANT_?_. WANT_X_? WANT_X_THE WANT_getting WANT_that WH_NUM WH_NUM_AUX WH_number WH~,
WH~. X_,_X X_. X_1 X_12 X_40 X_AGAIN_SENT X_AUX_YOU X_IF X_NEG_X X_NUM_? X_PEST_. X_THEY_.
X_THEY_? X_THEY_AGAIN X_THE_, X_THE_. X_WH_. X_X_AGAIN X_X_OFF X_X_PERM X_college X_come X_cute
X_decided X_email X_flight X_haha X_happy X_interested X_learn X_love X_major X_nice X_okay X_over
X_paid X_raining X_science X_sleep X_some X_start X_those X_turn X_turned X_two X_under X_until
X_walk X_wants X_was X_way X_well X_while X_working X_worth YOU_._X YOU_AUX_. YOU_THE_. YOU_X_AUX
YOU_cancel YOU_may YOU_number YOU_out YOU_put YOU_say YOU_so YOU_start YOU_tell YOU_with YOU~AUX
a_great add_X ads against all_THE an_X and_THEY and_get and_on and_shop and_will anything_X
appointment_. appointment_X are_there as_THE b back_in bags bank better between blocked_. bother
box_. but_not came came_X came_through canceled_. cars change_MY change_my check code college_.
come_. come_off confirm continue course cup cute cute_. dad_X decide deposit didnt_WANT didnt_want
do_what done dont_let door door_. drive_X driving drop_OFF drop_off ended ever_X ex_X exit_N
find_THE find_THEY for_friday for_saturday forget_the fries fries_. front_. get_THE get_on give_ME
giving goin goin_THE going going_THE going_to gotten great_X happy_THE hasnt have_a help_?
help_YOU help_it help_you here_in him homework hope husband_THE i_ENDV i_appreciate i_do i_dropped
i_lost i_love i_quit i_stopped i_wouldnt ill_TAKE ill_come im_voting info_X is_wrong isnt_THEY k
keep_ME keep_me kids_. know_IF know_if late_X leave_the like_getting like_that list_of loan
lol_STOPV lol_stop long_. lose_weight lot_. love mail major major_. me_as me_so medical
messages_AUX min missing month movie much_. much_X muz my_appointment my_ballot my_calendar
my_email my_ex my_gym never_stop new_phone night_X no_thank no_thanks not_going number_N number_of
off_today ok_, omg omg_STOPV omg_stop on on_YOU on_that one_AUX one_THE only_. out_and out_for
out_on parking_X per_X personal_info playing_X probably_X project_. put_MY put_my raining rate
reached read records_. remember_THE remove_X rent_. running_. sat saying_X science sent she shoot
show show_. sign_. smell so_i social social_X soon_? start_THE start_X start_calling starting
still_TAKE still_get stop_ME stop_at stop_me stuck stuck_X stuck_in student student_X stuff_THE
stuff_to takes temple text_YOU text_on texts_AGAIN thanks_THE thanks_for the_N the_country
the_driver the_night the_rain the_schedule the_second the_title the_tuesday then then_. there_?
there_X they_should think this_weekend this_year thk title title_. to_bring to_come to_find to_go
to_start told_X tomorrow true try turn turned turns turns_OFF turns_out two_X until_X v v_X visit
voting_X waiting_THE waiting_for want_? we_STOPV weather weight weight_X what_NUM what_X what_are
while who why_YOU why_you will_AUX will_do with_THIS wont working_THE working_on worth_THEY
worth_it you_cancel you_may you_out you_put you_say you_so you_start you_tell you_with your_number
=3 ,_ENDV ,_NEG_TEXTV ,_X_STOPV ,_end ,_we ._ENDV_THEY ._REMOVE_ME ._REMOVE_MY ._STOPV_TEXTING
._TEXTV_STOPV ._THIS_X ._UNSUB_ME ._alright ._bought ._mark ._quite ._remove ._shes ?_? ?~LIST
?~ME ?~TEXTING ?~TEXTV AGAIN_,_REMOVE AGAIN_TEXTV_ME AGAIN~REMOVE AGAIN~STOPV AUX_X_I AUX_on
AUX~NEG AUX~REMOVE IF_YOU_TEXTV I_asked I_make I_told LIST_._. ME_I_X ME_NEG_AGAIN ME_THE_. ME_no
ME_of ME_one MY_elderly MY_mother MY_permission MY~AGAIN NEG_PEST NEG_and NEG_looking NEG_texting
NEG~REMOVE NEG~TAKE NUM_._STOPV NUM_OFF NUM_REMOVE_. NUM_off NUM_remove NUM~THEY N_years OFF_.
OFF_THE_LIST OFF_THE_THIS OFF_of OFF~NUM PERM_THE_TEXTV PERM_X PERM~THIS PEST_MY_X PEST_me
REMOVE_._. REMOVE_THE_NUM REMOVE_me REMOVE~. SENT STOPV_TEXTING_SENT STOPV_THIS_SENT STOPV_X_STOPV
STOPV_bugging STOPV_end STOPV_harassing STOPV_send STOPV_texts STOPV~NUM STOPV~YOU TAKE_SENT
TAKE_SENT_THE TAKE_her TAKE_you TEXTING_the TEXTING~ME TEXTING~NEG TEXTING~THE TEXTV_LIST
TEXTV_SENT_THE TEXTV_STOPV_. TEXTV_THE_MY TEXTV_at TEXTV_list THEY_NUM_X THEY_OFF THEY_if
THEY_number THE_SENT_. THE_THEY_, THE_WANT THE_X_SENT THE_YOU_NEG THE_keep THE_lists THE_need
THE_phone THE_text THE~NEG THE~SENT THIS_. THIS_? THIS_?_STOPV THIS_list UNSUB_X WANT~THIS
WH_NEG_YOU WH_can X_,_NEG X_?_? X_ME_OFF X_N_THE X_REMOVE_. X_REMOVE_THEY X_STOPV_? X_TEXTING_.
X_THE_REMOVE X_THIS_STOPV X_WANT_YOU X_X_REMOVE X_X_TAKE X_by X_getting X_graduated X_old
X_request X_schools X~IF X~STOPV YOU_._NEG YOU_SENT_X YOU_TEXTV_LIST YOU_THE_TAKE YOU_X_NEG
YOU_understand YOU~SENT YOU~TAKE ago_. aint all_LIST all_lists all_messages alright and_STOPV
and_take anymore_. anymore_SENT apply_THE appreciate are_PEST asked asking been_a both_X
bought_THE bought_a buddy but_TAKE but_take cease_THE cease_all changed_X christ contact_LIST
contact_list customer day_. died disturb elderly election end_messages ever_TEXTV every_day file
final flooding for_sale from_SENT from_TEXTING from_THIS from_texting from_this future
future_messages get_off go_X guy_. he_doesnt how_can i_make in_AGAIN is_STOPV is_on is_stop it_if
its_for ive_asked like_OFF list_, lists lists_. looking_THE make_sure mark_ME mark_me me_no me_of
me_one more_texts mother my_mother my_permission myself_THE national new_NUM no_and not_WANT
not_looking of_THIS opt_X or_i over_THEY p patient per permission_THE possible_THE possible_to
reach reaching_OFF reaching_out receiving_texts remind reminders reminders_, reminders_. remove_me
removed replied reply_STOPV reply_stop s_X school schools sending_me sent_STOPV sent_stop signed_X
signed_up so_dont stop_TEXTV stop_contacting stop_harassing stop_it stop_send strike text text_X
texting the_school this_list tired_THE tired_of to_ME to_SENT to_WANT to_keep to_need unsolicited
wasting way_THE way_to why_are why_do will_YOU will_you work_phone would_YOU would_you years_old
you_understand your_call
=4 ,_NEG ,_REMOVE_ME ,_UNSUB_. ,_X_NUM ,_dont ._ENDV_SENT ._NEG_TEXTV ._OFF ._STOPV_ENDV
._STOPV_PEST ._STOPV_SENT ._STOPV_TEXTV ._TAKE_ME ._UNSUB_X ._appreciate ._cancel ._disable ._note
._optout ._removed ._sold ._terminate ._with ._would 3_times ?_I_NEG ?_REMOVE_ME ?_STOPV_TEXTING
?_TAKE ?_TAKE_ME ?_take ?~OFF AGAIN_REMOVE AGAIN_TEXTV AGAIN_TEXTV_. AGAIN_political AGAIN~SENT
AGAIN~TEXTING AUX_TAKE_ME AUX_THE_STOPV AUX_THE_THE AUX_X_STOPV AUX_but AUX_for AUX_trying
ENDV_._. ENDV_SENT_THE ENDV_STOPV ENDV_STOPV_. ENDV_THIS_SENT IF_THIS IF~AGAIN I_TAKE_YOU
I_TEXTV_THE I_WANT_MY I_X_REMOVE I_X_STOPV I_X_UNSUB I_X_YOU I_moved I_report I_revoke I_wish
LIST_, LIST_,_I LIST~I LIST~THE LIST~THEY ME_._STOPV ME_? ME~AGAIN MY_NUM_. MY_X_OFF MY~OFF
NEG_PERM_X NEG_PEST_. NEG_TEXTV NEG_TEXTV_SENT NEG_WANT_, NEG_X_MY NEG_YOU NEG_consent NEG_contact
NEG_further NEG_keep NEG_message NEG_tell NEG_you NEG~NEG NEG~THIS NUM_._REMOVE NUM_belongs
NUM~STOPV N_dont N~STOPV N~TEXTV N~YOU OFF_SENT_. OFF_THE_SENT OFF_THE_YOU OFF_THIS_LIST
OFF_YOU_TEXTV OFF~LIST OFF~TEXTV PERM~ME PERM~TEXTV PEST_._STOPV PEST_ME PEST_MY_NUM REMOVE
REMOVE_ME REMOVE_THEY_. REMOVE_THE_YOU REMOVE_number REMOVE~NEG REMOVE~THIS SENT_. SENT_X_STOPV
SENT_or SENT~NEG SENT~STOPV STOPV STOPV_._STOPV STOPV_._X STOPV_ENDV STOPV_NEG STOPV_PEST
STOPV_PEST_MY STOPV_SENT STOPV_SENT_. STOPV_TEXTV STOPV_THE_SENT STOPV_THE_THIS STOPV_X_MY
STOPV_YOU_X STOPV_contacting STOPV_messaging STOPV_n STOPV_or STOPV_stop STOPV~OFF STOPV~PEST
TAKE_OFF_LIST TAKE_YOU_THE TAKE_for TEXTING_THE TEXTING_THEY TEXTING_THE_X TEXTING_X_TEXTING
TEXTING_this TEXTING~TEXTING TEXTING~THEY TEXTV_. TEXTV_AGAIN TEXTV_AGAIN_. TEXTV_ME_SENT
TEXTV_SENT TEXTV_SENT_. TEXTV_X_TEXTV TEXTV_again TEXTV_or TEXTV~AGAIN THEY_._. THEY_TAKE_THE
THEY_enough THE_MY_NUM THE_REMOVE_ME THE_TAKE_ME THE_THE_THEY THE_X_REMOVE THE_YOU_AGAIN THE_any
THE_complaint THE_messages THE_patient THE_texting THIS_._STOPV THIS_AUX_STOPV THIS_LIST
THIS_LIST_. THIS_SENT_STOPV THIS_STOPV THIS_STOPV_. THIS_TEXTV_LIST THIS_messages THIS_number
THIS_stop THIS~NUM THIS~TAKE UNSUB~YOU WANT_YOU_AUX WANT_these WANT~NUM WANT~SENT WANT~YOU WH~THIS
WH~UNSUB X_._NEG X_AGAIN_, X_I_REMOVE X_LIST_, X_NEG_TAKE X_NUM_STOPV X_OFF_YOU X_PERM_THE
X_REMOVE X_STOPV_X X_THEY_IF X_THIS_? X_ago X_de X_e X_owner X_put X_signed X_spam X_stop X_texas
X_these X_times X_updates X_wanted YOU_AUX_PEST YOU_LIST_, YOU_NEG_TEXTV YOU_TAKE_MY YOU_TEXTING
YOU_X_STOPV YOU_X_THEY YOU_texting YOU~I a_complaint a_patient ago ago_, all_texts and_MY
and_TEXTING and_im and_texting another anymore anymore_THE anymore_of anything_. appreciate_THEY
appreciate_it as_PEST as_spam asked_YOU asked_you asking_X be_REMOVE be_removed belongs
belongs_THE belongs_to business_NUM business_X but_remove by_THEY c3 call_or campaign cancel_THIS
cancel_texts closed consent_. contacting_ME contacting_me continue_to data_. de_X dead didnt_give
disable disable_SENT district_. doesnt_want dont_TEXTV dont_accept dont_consent dont_contact
drop_ME drop_me else_. end_. end_SENT enough_. exclamation_point family finish for_MY for_my
from_LIST from_list from_you further_SENT get_OFF get_you getting_X got_to has has_X hate_THE
have_kids her_number hired i_not i_revoke i_wish if_THIS im_at in_on interested_, is_for it_has
its_to job_SENT kids_X last_X live_in longer_want looking_for lose_MY lose_THIS lose_my lose_this
mark me_? messages_X more_political need_YOU need_anymore never_TEXTV no_further not_YOU not_even
not_your note nothing_X number_REMOVE number_remove o of_. one_AGAIN one_more or_I or_ill out_MY
out_my period_. phone_NEG phone_X point_. promos_. quit_PEST quit_it quit_sending receive_THIS
receive_these removal_THE remove remove_ME remove_from remove_number report report_YOU report_you
request_. revoke_PERM send_SENT sending_ME sending_this shes_X side sleep_X so_stop stop_,
stop_ENDV stop_NEG stop_PEST stop_STOPV stop_messaging stop_n stop_or stop_spamming stop_stop
terminate text_AGAIN text_again text_stop texting_THEY texts_? thats_enough these_. these_messages
this_LIST this_number time_, time_TEXTING to_text understand_STOPV understand_stop up up_.
use_THEY use_it vote_, want_OFF want_X want_off want_these what_will whatever whoever with_THE
with_the wrong_person years years_. youre_TEXTING youre_texting yrs yrs_X
=5 ,_REMOVE_THEY ,_STOPV_. ,_UNSUB ,_delete ,_no ,_remove ,_unsubscribe ._AUX_STOPV ._ENDV ._I_N
._I_UNSUB ._NEG_PEST ._REMOVE ._STOPV_STOPV ._THE_THE ._block ._cease ._discontinue ._end ._enough
._go ._nobody ._pretty ._removal ._respect ._scratch ._stay ._texts 15 ?~AGAIN ?~THEY AGAIN_SENT_.
AGAIN_X_SENT AGAIN_and AGAIN_contact AUX_harassment AUX~THIS ENDV_SENT ENDV_THIS ENDV_messages
ENDV_service ENDV_these ENDV~ENDV I_TAKE_REMOVE I_UNSUB_. I_WANT_OFF I_said I~PERM ME_?_. ME_I
ME_I_NEG ME_X_NEG ME_be ME_i MY_privacy MY_subscription NEG_AGAIN_TEXTV NEG_PEST_ME
NEG_TEXTV_AGAIN NEG_X_THIS NEG_gave NEG_reply NEG_spam NEG_text NEG_use NEG_wanted NEG_wish
NEG~AGAIN NEG~TEXTV NUM_,_REMOVE NUM_NEG_TEXTV NUM_REMOVE NUM_STOPV NUM_X_NEG NUM_dont NUM_stop
NUM~AGAIN NUM~NEG N_times OFF_LIST OFF_LIST_. OFF_THIS_. OFF_alerts OFF_list OFF_whatever OFF~SENT
PERM~SENT PEST_MY PEST_my PEST~STOPV REMOVE_MY_NUM REMOVE_THE_LIST REMOVE~SENT REMOVE~YOU
SENT_._UNSUB SENT_I SENT_X_SENT SENT_must SENT~REMOVE STOPV_STOPV_STOPV STOPV_TEXTING_.
STOPV_TEXTING_THEY STOPV_TEXTV_. STOPV_THIS STOPV_YOU STOPV_asking STOPV_i STOPV_it STOPV_spamming
STOPV_these STOPV_to STOPV_you STOPV~TEXTV TAKE_OFF_THIS TAKE_REMOVE TAKE_THEY_OFF TAKE_removed
TAKE_these TAKE~REMOVE TAKE~TEXTING TEXTING_THIS_THE TEXTING_it TEXTING_my TEXTING~MY TEXTV_stop
THEY_has THEY_stop THEY~REMOVE THE_AGAIN_SENT THE_LIST_. THE_ME_I THE_THE_NEG THE_YOU_NUM THE_all
THE_communication THE_political THE_school THE_take THE~REMOVE THE~UNSUB THIS_._REMOVE
THIS_NUM_AGAIN THIS_NUM_X THIS_X_SENT THIS_group THIS~AGAIN THIS~LIST THIS~PEST THIS~UNSUB
UNSUB_._. UNSUB_THE_SENT UNSUB_X_. WANT_OFF WANT_SENT WANT_SENT_. WANT_THIS_. WANT_anymore
WANT_off WH~TEXTING X_,_UNSUB X_?_STOPV X_MY_PERM X_NEG_TEXTV X_REMOVE_ME X_THE_LIST X_UNSUB_.
X_X_LIST X_consent X_else X_reported X_take X_text X_texts YOU_REMOVE_ME YOU_STOPV_. YOU~REMOVE
YOU~STOPV alerts_THE all_communication and_stop and_thank at_all auto_SENT away_. be bother_me
cancel_alerts communication contacting conversation data delete_. delete_ME delete_me desist
desist_. district dont_message dont_reply dont_text dont_use dont_wish else enough_with
exclamation exclamation_X following from_your further garbage get_REMOVE get_removed get_these
group_. him_, i_be i_said im_optout info_from is_harassment it_STOPV last_time mate mate_. me_I
me_be me_i message_ME message_me messaging_. months moved_. my_privacy my_subscription n_X
need_your never_gave nonsense notifications number_OFF number_STOPV number_off number_stop off_.
off_LIST off_alerts off_list off_whatever or_text own owner part_THE part_of period
political_texts privacy promos quit_TEXTING quit_texting receiving_SENT removed_. request_to
requests scratch shes side_. stay stay_OFF stay_off still_TEXTING still_texting stop stop_SENT
stop_THIS stop_asking stop_i stop_these t_X tell_YOU tell_you testing texts texts_. texts_from
the_dont these these_? these_THE this_STOPV this_group this_stop throw time_and to_me to_someone
to_take unenroll_ME unenroll_me unsolicited_SENT unsubscribe unsubscribe_? wanted we_dont wish
you_TEXTING your_NEG
=6 ,_REMOVE ,_REMOVE_. ,_STOPV ,_STOPV_TEXTING ,_wrong ._REMOVE_NUM ._STOPV ._for ._fuck ._off
._quit ._stop ._throw ._top ._ugh ?~. AGAIN_._. AGAIN_texts AGAIN_thanks AUX_STOPV_. ENDV_.
ENDV_ENDV ENDV_OFF_SENT ENDV_SENT_. ENDV_THIS_. ENDV_alerts ENDV_all ENDV_text I_UNSUB_? I_begging
ME_X_ALONE ME_X_TEXTV ME_about ME~NEG MY_data NEG_WANT_STOPV NEG_disturb NEG~SENT NUM_._NEG
NUM_._X NUM_AUX_THE NUM_STOPV_. NUM_THE_THIS N_._. N~ME OFF_SENT OFF_SENT_THE PERM_X_. PEST_STOPV
PEST_STOPV_. PEST~ME REMOVE_ME_. REMOVE_NUM REMOVE_NUM_. REMOVE_her REMOVE~NUM STOPV_._I STOPV_?
STOPV_?_. STOPV_I_NEG STOPV_PEST_. STOPV_SENT_THE STOPV_THE_THE STOPV_THIS_. STOPV_im STOPV_quit
STOPV_receiving STOPV_with STOPV~I STOPV~SENT STOPV~TEXTING TAKE_lost TAKE_messages TAKE~ALONE
TEXTING_. TEXTING_THEY_. THE_NEG_TEXTV THE_THIS_. THE_be THE_business THE_dont THE_everything
THE_money THIS~STOPV UNSUB UNSUB_?_. UNSUB_X_? WANT_AGAIN_SENT WANT_STOPV WANT_stop WANT_your
WANT~LIST WANT~TEXTV X_,_REMOVE X_._TAKE X_._UNSUB X_NUM_NEG X_NUM_REMOVE X_TAKE_ME X_X_SENT
X_YOU_REMOVE X_away X_numbers X_remove X_t YOU_._STOPV YOU_NEG_STOPV YOU_X_TEXTING YOU_contacts
YOU~LIST all_SENT and_THIS away be_. block bot but_STOPV but_dont but_stop cancel_. cancel_SENT
cease cease_. consent_X contact_. conversation_. creep creep_. deactivate_SENT discontinue
discontinue_. dont_disturb end_all english enough ever_text everything for_money from_YOU get_lost
harassment_. hear_THE im_UNSUB im_begging it_stop marketing marketing_. me_about messaging more_.
my_data name_. need_SENT need_these not_text notifications_. numbers of_texts of_these off_SENT
off_of opt optout or_TEXTV political political_SENT remove_NUM remove_her replying_STOPV
replying_stop request requesting revoke_X send_AGAIN so_STOPV stop_? stop_im stop_receiving t
text_. texting_MY texting_my tf the_NEG the_messages times times_. to_be told_THE top typed ugh um
unsubscribe_. up_MY up_my wish_THE your_contacts your_dont
=7 ,_NEG_AGAIN ._._STOPV ._ENDV_TEXTV ._ENDV_THIS ._STOPV_I ._STOPV_NEG ._STOPV_YOU ._UNSUB ._lose
._opt ?_?_REMOVE ?_STOPV ?_remove ?_stop ENDV_TEXTV ENDV~SENT ME_OFF_. ME_anymore ME_these
ME~ALONE MY_PERM MY_consent NEG_._REMOVE NEG_AGAIN_. NEG_SENT_. NEG_TEXTV_LIST NEG_TEXTV_ME
NEG_authorize NEG_in NEG_mas NEG_own NEG_texts NUM_AGAIN NUM_AGAIN_. NUM_OFF_. NUM_again NUM_isnt
REMOVE_._X SENT_at STOPV_. STOPV_I STOPV_I_X STOPV_THEY_. STOPV_X_I STOPV_hitting TEXTING_ME_THIS
THEY_._STOPV THE_TAKE_SENT THE_here THE_parent THIS_THE_MY THIS_off UNSUB_? UNSUB~THIS WANT_OFF_.
WANT_X_SENT X_,_STOPV X_REMOVE_MY X_SENT_STOPV X_THIS_NUM X_YOU_I X~REMOVE X~UNSUB YOU_X_LIST
as_NEG as_dont authorize begging bother_ME bought delete_it disturb_. donation favor_. from_all
fuck fuck_OFF fuck_off getting_texts go_away harassment hitting mas me_anymore me_these my_PERM
my_consent no_mas no_texts parent phone_AGAIN phone_again replied_STOPV replied_stop school_SENT
sending_. sold soliciting stop_I stop_YOU stop_to stop_with stop_you texting_. time_STOPV
time_stop unwanted want_your wasting_MY wasting_my
=8 ,_stop ._UNSUB_. ._unsubscribe ?_REMOVE ?_STOPV_. ENDV_MY_SENT SENT_NEG STOPV_NEG_X STOPV_wrong
TEXTV_LIST_. UNSUB_. UNSUB_THE_THIS X_._STOPV X_YOU_STOPV X_contacted X_mensajes be_contacted
consent contacted everything_. mensajes mensajes_. not_in sms_. stop_wrong subscription wish_to
=9 ._STOPV_, ._STOPV_THIS NEG_WANT_SENT REMOVE_. favor optout_. remove_. revoke_. send_. stop_.
subscription_.
=10 ._REMOVE_. ._STOPV_. ._revoke NEG_._STOPV NEG_TEXTV_. TAKE_OFF_MY WANT_YOU_SENT revoke
=11 ._stopall X_._REMOVE no_STOPV no_stop stopall stopall_.
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
