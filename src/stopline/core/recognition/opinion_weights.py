"""The weights of the second opinion. Written by scripts/build_opinion; do not edit."""

from types import MappingProxyType
from typing import Final

BIAS: Final = -0.7
_STEP = 0.1

# `=N`: what follows weighs N steps.
_WEIGHTS = """
=-19 n0
=-10 ._start ._unstop STOPV_X_THE lol unstop
=-9 ._NEG_REMOVE ._NEG_TAKE ._X_ENDV ._help ._resume ._stopping AGAIN_questions NEG_REMOVE c
continue_. dont_REMOVE finished in_. next questions resume start start_. to_.
=-8 ._NEG_. ._TEXTV_ME ._continue ._lol ._subscribe ENDV~AUX ME_a NEG_. NEG_ENDV NEG_STOPV
NEG~UNSUB OFF_X_. STOPV_X_THEY STOPV_by TEXTV_ME_THE THE_LIST_THE X_NEG_STOPV X_THE_MY X_said
confirm_. done_. gas help_. join lol_. opt_in p_. send_a sorry stop_by stopped stopped_X subscribe
subscribe_. trump_. unstop_. update update_MY update_my wait yet yet_.
=-7 ,~I ._I_PERM ._LIST ._TEXTV ._X_? ._info ._k ._keep ._text AUX~AGAIN I_PERM LIST_THE LIST_for
ME_to NEG_ME_. NEG_SENT_THE NEG_cancel STOPV_charging STOPV_lying STOPV_playing TEXTING_X_X
THE_AUX_X THE_TEXTV_. THE_for THE_new WANT_THEY_X X_THEY_OFF X_his X_ok X_or X_over X_right
X_shift YOU_TEXTV_. a_TEXTV a_new access at_STOPV call_. cash change charging contract_.
delivery_. dont_TAKE down feel feel_X first_. flight flight_. help his_X i_PERM k know_. lying
needed nice_. onions onions_. our_X photo playing problem problem_. questions_. received resume_.
review running school_X sent_. shift shift_. shoes shoes_. snow some stock stopping stopping_X
taxes taxes_. than tuesday tuesday_. two unit until voicemail was water weeks worries wrong_.
yes_.
=-6 ,_text ._,_X ._ME ._MY_NUM ._NEG_ENDV ._NEG_STOPV ._NUM ._NUM_. ._TEXTV_THE ._TEXTV_X
._THEY_STOPV ._THE_ENDV ._THE_X ._got ._here ._list ._lost ._me ._need ._read ._the ._to ._update
._weekend ._who ._yup 1 3pm 3pm_. AGAIN_NUM AGAIN_info AUX_I_ENDV AUX_OFF AUX_STOPV_X AUX_text
ENDV_MY_X ENDV_THE_X ENDV_X_? ENDV_of IF_I_X I_ENDV I_NEG_STOPV I_still LIST~? ME_THE_STOPV MY_X_?
MY_lease MY_new NEG_STOPV_TEXTING NEG_TAKE NEG_quit NEG_stop NEG~IF NEG~N NUM_?_. OFF_hold
PERM_THE_THE PERM_X_X REMOVE_THE_X REMOVE~THEY SENT_so STOPV_THEY_X STOPV_X_N STOPV_being
STOPV_working TAKE_THEY_THE TAKE_X_OFF TAKE~WANT TEXTV_._. THEY_X_. THEY_all THEY~ME THE_TAKE_X
THE_X_ENDV THE_X_WH THE_gas THE_message THE_trip THE_tuesday THE~WH THIS_X_. THIS~ENDV UNSUB~?
UNSUB~TEXTV UNSUB~THE WANT_THIS_X WH_much WH_was X_,_I X_._. X_I_THE X_N_. X_STOPV_THEY X_X_NUM
X_YOU_SENT X_free X_friday X_get X_lol X_school X_today X_were X_wont X_yesterday anytime at_MY
at_my auto auto_X back_THE being being_X by_. cake cake_. call_ME call_me coming contact_X
contract customer_X do_. dog dont_STOPV dont_stop early_. email_X emails end_of end_the ex exit
first free friday_. got_THEY havent havent_X help_X here_, hold hold_. how_much i_REMOVE info
info_. insurance_. its_X k_. last_text later_. lease lease_. leave_THEY leave_it list_THE list_for
me_a me_to message_THE message_X more_NUM more_info my_lease my_new no_. noise off_hold on_.
order_. our paid photo_. pizza points posted project quote receipt refills rent reschedule ring
sign sim slot slot_. smoking sorry_. spot spot_. stopped_. sure_. table tell_THEY the_ENDV
the_TEXTV the_account the_end them_THE then think_X those to_call transfer trip trip_. us_X video
volunteer waitlist war war_. well when yup
=-5 ,_I_WANT ,_MY ,_TEXTV_ME ,_THE ,_THE_X ,_my ,_thanks ,~WANT ._AUX_MY ._N ._THEY_TAKE ._THE_.
._WANT_X ._WH_NUM ._X_SENT ._X_TEXTING ._X_YOU ._add ._at ._call ._cant ._happy ._last ._she
._sorry ._sounds ._started ._well ._y .~? 5_. 7 AGAIN~N AGAIN~THEY ALONE~THE AUX_I_REMOVE
AUX_I_WANT AUX_TEXTV_ME AUX_X_TEXTV AUX_YOU_TEXTV AUX~WANT ENDV_THEY_X I_cancel I_come I_know
I_never I_off I_turn LIST_THE_X ME_, ME_THE_TEXTV ME_X_THE ME_know ME~N MY_car MY_card MY_ex
MY_old MY_order MY_rsvp NEG_STOPV_X NEG_X_. NEG_find NEG_make NEG_mind NEG_start NEG_take NEG~,
NUM_of N_. OFF_MY_X OFF_X REMOVE_X_. REMOVE~X SENT_today SENT~, SENT~THEY STOPV_on STOPV_smoking
STOPV_taking STOPV~N STOPV~TAKE TAKE_N_OFF TAKE_THEY_. TAKE_the TEXTV_THE_TEXTV TEXTV_him TEXTV~IF
THEY_? THEY_?_. THEY_TEXTV THEY_THE_ME THEY_quit THEY_told THEY_took THE_ENDV_. THE_PERM
THE_PERM_X THE_SENT_THE THE_TAKE_THE THE_X_. THE_alarm THE_app THE_call THE_invoice THE_sunday
THE_voicemail THE~N THIS_X THIS_month WANT_ME WANT_NUM WANT_X_. WANT_YOU_THE WANT_me WH_. WH_NUM
WH_NUM_AUX WH_does WH_would WH~. WH~ENDV WH~WANT X_._THE X_._WANT X_? X_?_. X_IF_I X_LIST_X
X_WH_AUX X_WH_THE X_X_TEXTV X_X_WANT X_address X_any X_around X_be X_drive X_early X_ending X_fee
X_fine X_first X_going X_its X_job X_keep X_money X_next X_nice X_reservation X_sign X_sorry
X_stopped X_till X_well X_without X_work X_wrong X_yes YOU_AUX_TEXTV YOU_X_OFF YOU_start a_message
able able_THE able_to add address alarm all_the always and_drive application application_. apply_.
around around_X as_THE ask b back back_. back_on block_THE book both_THE broken call call_on
can_text canceled cancer cant cant_STOPV cant_make card card_. charge claim_X coffee coming_. dad
delivery do_WANT donated done down_. drive_. early easy elsewhere_. email email_. ending ex_. fee
fees field field_X find_THEY for_ME for_me forget forgot friday funny get_THE got_X got_it haha_.
happy her_. hes_X i_ENDV i_know i_never i_still i_turn im_off invoice later like_THEY mail making
me_, me_know mind_. money_X my_car my_card my_ex my_old my_order my_rsvp need_X need_help never
new_phone night nope_. number_of of_X off_X oh_X on_file on_the one_X option order over_. paper
paper_X pick pick_X pick_up pickup quit_smoking rain re re_X remove_the reschedule_. reservation
reservation_. resume_X ride ride_. rsvp so_. some_X sorry_X sounds_X start_TEXTING start_X
started_X stop_taking stopped_working sun sunday support sure_X take_the tell_ME tell_me that_.
the_alarm the_app the_invoice things things_THE things_to think this_month thursday tickets till
till_X to_MY to_YOU to_my tonight tonight_. took town up_X up_on waiting wants we_have weekend
weekend_. well_. when_AUX when_does whos whos_THIS whos_this why_was wife_X will_STOPV will_stop
without wont_STOPV wont_X wont_stop words work_. work_X y y_. yes_I you_call you_start
=-4 ,_. ,_X ,_X_THEY ,_X_X ,_X_YOU ,_be ._. ._AUX_THE ._IF_THEY ._I_STOPV ._I_TAKE ._NEG_MY
._PERM_ME ._THEY ._WANT_YOU ._X_NUM ._absolutely ._and ._ask ._bless ._but ._did ._forget ._haha
._huh ._omg ._oops ._should ._sign ._t ._when ._why .~N .~WH 10_. 12_. ?_. ?~? AGAIN~TEXTV ALONE~.
AUX_. AUX_._X AUX_AUX AUX_ENDV AUX_I_TAKE AUX_TEXTV AUX_THIS_X AUX_YOU_WANT AUX_broken AUX_do
AUX_the AUX_we ENDV_? ENDV_?_. ENDV_X ENDV_X_. ENDV_X_N ENDV_date ENDV_that ENDV~N ENDV~X IF_we
IF~. IF~YOU I_OFF I_REMOVE_MY I_REMOVE_THE I_STOPV_. I_TEXTV_. I_WANT_THIS I_WANT_X I_X_? I_been
I_feel I_had I_lost I_might I_need I_remove I_stopped I~ENDV LIST_X_. LIST_of ME_._I ME_X_SENT
ME_when ME_with ME~IF MY_SENT MY_X_TEXTV MY_X_THE MY_appointment MY_membership MY~I MY~NUM
NEG_SENT_X NEG_TEXTV_, NEG_TEXTV_MY NEG_TEXTV_THE NEG_TEXTV_THEY NEG_X_AGAIN NEG_forget NEG_got
NEG_i NEG_leave NEG_money NEG_sure NEG_thank NEG_worry NEG~AUX NEG~OFF NEG~STOPV NUM_,_X NUM_N
NUM_in N_AUX N_AUX_X N_OFF N_off N~? OFF_THE_THE OFF_X_THE OFF_at PERM_ME PERM_ME_X PERM_me PERM~X
REMOVE_THEY_X REMOVE_THE_THE REMOVE_a REMOVE_that REMOVE_the REMOVE~OFF SENT_AGAIN SENT_AGAIN_.
SENT_THE_THE SENT_stopped SENT~TEXTV STOPV_X_, STOPV_X_? STOPV_X_IF STOPV_X_X STOPV_at STOPV_in
TAKE_OFF_X TAKE_THE TAKE_YOU_X TAKE_help TAKE_it TAKE_your TAKE~IF TEXTV_?_. TEXTV_MY TEXTV_MY_X
TEXTV_THEY TEXTV_THEY_X TEXTV_my TEXTV_you TEXTV~THE THEY_STOPV_X THEY_TAKE THEY_X_ME THEY_X_MY
THEY_X_YOU THEY_should THEY_was THEY~OFF THEY~THIS THE_AUX_. THE_ENDV THE_ME_X THE_SENT_AGAIN
THE_STOPV_TEXTING THE_THE_X THE_X_OFF THE_appointment THE_blue THE_class THE_email THE_end
THE_event THE_friday THE_her THE_lease THE_leave THE_meeting THE_price THE_refund THE_saturday
THE_sign THE_stopping THE_subscription THE_tonight THE_town THE_us THE_waiting THIS_X_? UNSUB_MY
UNSUB_THE_THE UNSUB_THE_X UNSUB_my UNSUB~AUX UNSUB~X WANT_. WANT_I WANT_help WANT_the WANT~WANT
WH_? WH_?_. WH_AUX_X WH_THE_ENDV WH~IF WH~OFF WH~SENT X_,_THE X_._I X_12 X_?_X X_AGAIN_. X_ENDV
X_LIST_. X_ME_, X_ME_X X_NEG_THE X_NEG_X X_NUM_? X_OFF_X X_TAKE_MY X_TAKE_X X_THE_SENT X_THE_TEXTV
X_THIS_TEXTV X_THIS_X X_WANT_. X_X_? X_YOU_NUM X_YOU_TEXTV X_again X_better X_c X_cancelled
X_continue X_delivery X_dinner X_email X_end X_her X_here X_left X_like X_lot X_mail X_making
X_messages X_noon X_party X_program X_questions X_raining X_sending X_service X_should X_some
X_still X_them X_then X_thing X_trip X_two X_under X_us X_voting X_wants X_when X_where X_will
X_works X_yet X_your X~ENDV X~SENT YOU_THE_X YOU_want YOU~AUX a_. a_STOPV a_refund a_text
absolutely address_. after_N after_X agree ah alarm_. an and_X answer appointment are_THE as_a
at_the bags ballot ballot_. be_there before before_X best best_X better bill_. bleeding bless
bother by_X by_mail calendar calendar_. call_, calling_. calls can_TEXTV cancel_THEY cancel_that
cant_stop card_THE change_MY change_my check_X claim close close_MY close_my color color_. come_.
contact_MY contact_my continue d da_. date_. day_OFF day_off debt delete_THE delete_the desk_. did
did_YOU did_you doctor does does_X dont_forget dont_leave dont_worry drive driver earlier eating
eating_X elm end_date ends_. event fee_? fighting for_. for_friday for_saturday for_tonight
forget_THE forget_the from_ME from_MY from_me from_my from_the game get_help get_the gets_X giving
go_for goin goin_THE great great_. great_X gud gud_X had_to haha have_a he_STOPV help_ME help_me
him_. home huh i_do i_feel i_might i_remove i_stopped is_broken it_? it_X it_was item ive_been
job_. jobs k_X knock leave_X left let_ME link list_of longer_need lost_MY lost_my lot love_THEY
love_it lunch mail_. maybe_X me_when me_with meeting meeting_X missed monday_. month much must_X
my_SENT my_appointment my_membership name_X need_. need_a need_the never_X never_got no_money
no_thank noon not_sure number_in of_town off_at offer oh_. omg omg_STOPV omg_stop on_THE oops
order_N out_the over_X phone_from plan plan_. policy policy_. price put_MY put_my raining read
real refund_. remember remove_a rent_. reservation_X said_I saturday saying saying_X says schedule
see_YOU see_you send_the sending_X sent_X she shop shopping shopping_LIST shopping_list short
should should_I should_X show sign_ME sign_me snow_X soon_. started starting still_WANT stop_at
stop_being stop_charging stop_in stop_playing stopping_. stopping_THE sunday_. surgery take_OFF
take_X taking_X tell_him tell_them test text_THEY thanks_THE thanks_for that_AUX the_PERM the_X
the_blue the_lease the_meeting the_message the_price the_sign then_X there_X this_X through
to_leave to_you today_? tomorrow tomorrow_. town_. trump tv tv_. two_X v vote_. wait_THE want_ME
want_me want_the want_you was_I was_i way_. we_WANT we_need website while why why_AUX why_did
with_. with_MY with_THIS with_my wont works_. worry yes_, yes_X you_want
=-3 ,_AUX_THEY ,_MY_X ,_TEXTV ,_THIS ,_WH_X ,_X_I ,_YOU ,_help ,_i ,_ill ,_im ,_its ,_this ,_you
,~? ,~THEY ,~WH ._._. ._1 ._AUX_I ._I_NEG ._MY ._NEG_, ._NEG_I ._REMOVE_THEY ._TEXTV_MY ._THE
._THEY_X ._X_MY ._aight ._are ._dont ._in ._my ._never ._nope ._ok ._opting ._sure ._tell ._then
._there ._they ._what .~ENDV .~THEY 10 3_. 401k 401k_. ?_I_X ?~AUX AGAIN_X_. AUX_I_AUX AUX_LIST
AUX_THEY_X AUX_THE_X AUX_WH AUX_X_. AUX_better AUX_go AUX_list AUX_school AUX_wrong AUX_your AUX~.
AUX~ENDV ENDV_THE_TEXTV ENDV_X_X ENDV_and ENDV_the ENDV~? IF_I IF_I_AUX IF_X IF_X_X IF_i IF~AUX
I_._X I_AUX_TAKE I_NEG_ENDV I_REMOVE I_STOPV_THE I_TAKE_THE I_TEXTV_YOU I_X_. I_X_I I_X_MY
I_X_WANT I_can I_did I_jus I_live I_rather I_take I_think I_wont I~PEST LIST_X ME_NEG ME_OFF_THIS
ME_at ME_back ME_in ME~TAKE MY_NUM_, MY_THE MY_THE_AUX MY_X_LIST MY_X_X MY_ballot MY_bank
MY_calendar MY_last MY_reservation MY_service MY_to MY_todo MY_way N NEG_I NEG_be NEG_come
NEG_help NEG_talk NEG_thanks NEG_wait NEG_way NEG~THE NUM_THE NUM_THE_MY NUM_to NUM~I NUM~N NUM~X
OFF_?_. OFF_THE_X OFF_X_N OFF~PERM OFF~THE OFF~X PERM~, PERM~STOPV PEST_X REMOVE_X REMOVE_X_THE
REMOVE~I SENT_STOPV_X SENT_X_X SENT~YOU STOPV_AUX STOPV_MY_X STOPV_making STOPV_payment STOPV_that
TAKE_N TAKE_OFF_YOU TAKE_THE_X TAKE_WANT TAKE_YOU TAKE_care TAKE_in TAKE_on TAKE~N TAKE~TAKE
TAKE~THEY TEXTING_X TEXTING_you TEXTV_, TEXTV_,_STOPV TEXTV_X_N TEXTV_YOU TEXTV_YOU_X TEXTV_before
TEXTV_for TEXTV_on TEXTV_with TEXTV~, THEY_,_X THEY_AUX_. THEY_AUX_STOPV THEY_TAKE_X THEY_THE_.
THEY_X THEY_X_? THEY_X_OFF THEY_X_X THEY_at THEY_wants THEY_wont THE_? THE_?_. THE_AUX_LIST
THE_ME_. THE_REMOVE_X THE_TAKE_THEY THE_TEXTV_THE THE_THEY THE_THEY_. THE_THIS_NUM THE_X_,
THE_X_AGAIN THE_X_LIST THE_X_ME THE_X_N THE_X_STOPV THE_address THE_big THE_bill THE_code THE_dog
THE_door THE_driver THE_form THE_gate THE_gift THE_go THE_help THE_him THE_last THE_late THE_month
THE_night THE_office THE_old THE_real THE_story THE_weekend THE~PERM THIS_bill THIS~SENT
UNSUB_ME_THE UNSUB_of WANT_? WANT_AGAIN_X WANT_THEY_. WANT_THE_REMOVE WANT_THE_YOU WANT_X_THE
WANT_a WANT_an WANT_you WANT~ENDV WANT~I WANT~IF WANT~MY WANT~THEY WANT~WH WH_AUX_THE WH_AUX_THIS
WH_LIST WH_THE_STOPV WH_is WH~, X_,_MY X_,_TEXTV X_,_THEY X_,_X X_,_YOU X_. X_._IF X_9 X_AUX_MY
X_AUX_NEG X_AUX_THE X_AUX_YOU X_ENDV_. X_ENDV_X X_IF X_N X_NUM_X X_OFF_. X_TEXTV_THE X_THEY_.
X_THE_. X_WANT X_WH X_X_. X_X_OFF X_YOU_NEG X_about X_after X_are X_before X_box X_call X_calling
X_card X_come X_da X_days X_ended X_ever X_great X_guy X_half X_happy X_if X_june X_k X_later
X_live X_lor X_love X_many X_much X_need X_new X_one X_order X_plan X_quit X_ready X_saturday
X_sent X_she X_start X_starting X_stopping X_thanks X_they X_tomorrow X_until X_use X_way
X_weekend X_with YOU_._. YOU_? YOU_AUX_. YOU_AUX_THE YOU_REMOVE_THE YOU_STOPV_X YOU_TAKE_X
YOU_WANT_ME YOU_X_X YOU_X_YOU YOU_cancel YOU_cant YOU_help YOU_may YOU_so YOU_with YOU~WANT a_good
about_X account_. after again_. aight all_THE am am_I am_i american_X an_X and_THE any_time anyway
appt are_YOU are_you b_X bad_X be_TEXTV beautiful because because_I because_i better_. better_X
big big_X bill birthday block_X blocked_. blocking blue box_. bring broken_. but_X buy buy_X by
call_YOU call_you calling can_. can_X cancel_and cancelled_my cant_find cant_talk card_X changed
code come_X come_in cost coupons da da_X dad_X date day_? days days_. deals deceased_. delete_that
deliver deposit did_. didnt dinner direct direct_X do_LIST do_list doesnt_X door door_. drive_X
driving_. drop end_X ended finally find first_X for_NEG friends from_THE from_THEY gate_. get_THEY
gift give_ME give_me going going_THE going_to good_X got_YOU got_your guy half have_NEG have_no
help_THE help_with her him him_X him_to hope husband_THE i_can i_did i_like i_live i_lost i_need
i_think i_wont id_rather ill_TAKE im_OFF in_a in_june info_X instead insurance is_better is_wrong
it_, its_a june june_. jus jus_X keep_YOU last last_TEXTV late_X let let_me lets_start like_the
list_and long lor lor_. lot_THE love_. maria may maybe me_NEG me_back me_in meant meeting_.
messages_to mike min miss miss_YOU month_. my_THE my_ballot my_bank my_calendar my_last
my_reservation my_service my_to my_todo my_way name_on netflix never_STOPV nice night_X no_I
no_TEXTV no_i no_thanks no_way nope number_N office_. ok_X old old_X on on_ME on_THEY one_. only_.
only_X opting opting_THE opting_for optout_of or_X pay payment phone_AUX pin pin_NUM pin_number
plans politics practice program reading ready real_X receive_THE records_. refund removal_X
remove_X resume_MY resume_my room said said_. same same_X say says_X selling_. sent service_X
she_NEG shit should_i sign_THE sleeping so_I so_THEY so_much sorry_I sounds start_THE start_a
start_calling starting_THE still still_X still_want stop_THEY stop_on stop_payment stopped_by
stops stops_. story story_. subscription_X sure take_WANT take_a take_care take_out takes
taking_THEY talk talk_. tell_THE test_X text_and the the_STOPV the_address the_bill the_call
the_code the_dog the_door the_driver the_form the_gate the_last the_new the_old the_sale
the_stopping then_YOU then_you there_AUX they they_said think_i thinking this_bill time_THE
to_SENT to_go to_help to_texts today todo todo_LIST todo_list told_ME told_me try twice twice_.
until_I until_X until_i upgrade very via visit voting_X wait_for waiting_THE waiting_for want_?
want_this was_X we_STOPV we_stopped we_will weather what what_is which who who_X with_this
with_you work_, working working_. works yes yes_i yet_? you_? you_cancel you_cant you_may you_so
you_with youre
=3 ,_REMOVE_MY ,_REMOVE_THIS ,_TEXTV_AUX ,_no ,_remove ,~AGAIN ,~LIST ,~NUM ,~STOPV ,~TEXTING ._,
._I_N ._I_TEXTV ._NEG_PEST ._NEG_X ._OFF_THE ._PERM_X ._REMOVE_ME ._STOPV_PEST ._STOPV_REMOVE
._STOPV_SENT ._STOPV_THE ._STOPV_THEY ._TAKE_ME ._TEXTV_STOPV ._delete ._hey ._its ._optout
._quite ._remove ._reply ._s .~ALONE .~PEST 5th ?_?_REMOVE AGAIN_TAKE_ME AGAIN_TEXTV_. AGAIN_THE
AGAIN_take AGAIN~NUM AGAIN~TAKE AGAIN~TEXTING AUX_REMOVE AUX_THE_THE AUX_for AUX_removed
AUX~REMOVE ENDV_THE_SENT ENDV_messages ENDV_notifications IF~TEXTING I_TEXTV_THE I_X_STOPV I_are
I_asked I_be I_go I_moved I_prefer I_wish I~STOPV LIST~THE ME_. ME_._STOPV ME_._X ME_ALONE
ME_THE_SENT ME_again ME_alone ME_and ME_this ME~AGAIN ME~AUX ME~ME MY_info MY_kid MY_mother
MY_number MY~NEG MY~WANT NEG_PEST NEG_X_THIS NEG_contact NEG_live NEG_longer NEG_looking NEG_sign
NEG~PERM NEG~REMOVE NUM_OFF NUM_REMOVE_. NUM_is NUM_off NUM~NEG NUM~THEY N_times N~STOPV N~TEXTV
N~YOU OFF_. OFF_._. OFF_THE_THIS OFF_THE_YOU OFF_THIS_LIST OFF_YOU_TEXTV OFF_of OFF~I OFF~ME
OFF~MY OFF~TEXTING OFF~TEXTV OFF~YOU PERM_THE PERM~THE PEST PEST_. PEST_ME_. REMOVE REMOVE_._.
REMOVE_MY REMOVE_THE_THIS REMOVE~. REMOVE~LIST SENT SENT_._STOPV SENT_I SENT_for SENT_i SENT~X
STOPV_PEST STOPV_REMOVE STOPV_SENT STOPV_STOPV_STOPV STOPV_TEXTING_ME STOPV_THIS_SENT
STOPV_contacting STOPV_i STOPV_message STOPV_messages STOPV_receiving STOPV_spamming STOPV_to
STOPV_wasting STOPV~NUM STOPV~STOPV TAKE_ME_ALONE TAKE_MY_X TAKE_THEY_OFF TAKE_THIS TAKE_THIS_NUM
TAKE_you TAKE~AGAIN TAKE~NEG TEXTING_._. TEXTING_ME_. TEXTING_ME_? TEXTING_SENT_THE TEXTING_THE
TEXTING_and TEXTING_messages TEXTING_the TEXTING_this TEXTING_to TEXTING~? TEXTING~THEY TEXTV_.
TEXTV_AUX TEXTV_AUX_X TEXTV_ME_AGAIN TEXTV_ME_X TEXTV_SENT TEXTV_STOPV TEXTV_anymore TEXTV_at
TEXTV_is THEY_MY THEY_OFF THEY_STOPV_. THEY_THE_YOU THEY_THIS_AUX THEY_X_THE THEY_enough THEY_gave
THEY_i THEY_is THEY_my THEY_out THE_, THE_MY_NUM THE_REMOVE_ME THE_SENT_X THE_STOPV_. THE_TAKE_YOU
THE_TEXTV_ME THE_THE_SENT THE_X_ALONE THE_X_REMOVE THE_X_SENT THE_a THE_bot THE_good THE_hear
THE_job THE_list THE_messages THE_optout THE_phone THE_receive THE_school THE_take THE_wrong
THE~ALONE THE~STOPV THE~THIS THIS_? THIS_LIST_. THIS_NUM_. THIS_NUM_AUX THIS_NUM_OFF THIS_X_I
THIS_list THIS_messages THIS_texts THIS~NUM THIS~OFF THIS~THEY UNSUB~. UNSUB~YOU WANT_NEG
WANT_anymore WANT~NUM WANT~TEXTV WANT~YOU WH_about WH~ME WH~THIS X_,_NEG X_?_? X_AGAIN_TAKE
X_AUX_N X_ME_. X_NUM_STOPV X_REMOVE X_REMOVE_. X_SENT_. X_STOPV_TEXTING X_STOPV_X X_TAKE X_THEY_IF
X_THE_LIST X_THE_REMOVE X_THE_YOU X_THIS_? X_THIS_SENT X_UNSUB_. X_X_MY X_X_SENT X_X_STOPV
X_X_TAKE X_YOU_AUX X_YOU_STOPV X_died X_doing X_dont X_house X_info X_know X_march X_old X_only
X_optout X_period X_request X_schools X_stop X_text X_told X_up X_x X~IF X~ME X~NEG X~YOU YOU_I
YOU_STOPV_. YOU_X_NEG YOU_X_STOPV YOU_dont YOU_would YOU~ME YOU~NEG YOU~PEST a_bot ago_. all
all_texts and_I and_REMOVE and_im and_remove and_stop annoying anymore_TAKE anymore_THE anymore_of
anymore_take appreciate_THEY appreciate_it asked_YOU asked_to asked_you asking barking block
both_X business but_NEG but_REMOVE but_THE but_dont calling_and care_THE communication_. consent_.
contact_LIST de delete_THIS delete_this didnt_PERM didnt_sign died_X different do_the dont_consent
dont_contact dont_need e end_SENT enough_. every_X filing for_THIS for_these for_this from_texts
future_SENT gave get_ME get_SENT get_me give give_it go go_X got_THE got_the got_to hear hey hired
how_THE how_can how_to i_wish id_appreciate info_from isnt isnt_X it_is ive_asked job_SENT kid
know_who leave_ME leave_me leave_my live_X live_in longer many many_X many_times march me_again
me_and me_this messages messages_. messages_X mother moved moved_OFF moved_out my_info my_kid
my_mother my_number n1 n4 need_AGAIN never_TEXTV no_AGAIN no_longer not_X not_looking not_to note
number_from of_THEY of_texts of_this off_YOU off_your one_AGAIN one_more optout_X out_MY p pay_X
per possible_THE possible_to prefer promos_. quit_sending receiving_texts red_X removal_THE
remove_MY remove_my removed rewards school_SENT schools send send_SENT send_anymore send_to
sending_ME sending_messages service side spamming still_getting stop_REMOVE stop_STOPV stop_and
stop_contacting stop_i stop_it stop_message stop_or stuff_. take_ME take_THIS take_this take_us
text_it text_list texting texting_THEY texts_. texts_from thanks thanks_. that_MY that_YOU that_my
that_you thats_enough the_wrong these_messages these_texts this_. this_list time to_hear to_optout
to_receive to_take unsolicited unsolicited_SENT up up_for us_OFF us_off want_MY want_my wanted
wasting we_are who_YOU who_gave who_you will_YOU will_you word word_THE work_phone wrong_person
you_I you_would your_TEXTING your_texting
=4 ,_ENDV ,_NEG ,_REMOVE_. ,_UNSUB ,_delete ,_dont ,_not ,_unsubscribe ,_we ._NEG_TEXTV ._OFF
._REMOVE ._REMOVE_MY ._STOPV_ENDV ._STOPV_STOPV ._STOPV_TEXTING ._STOPV_TEXTV ._THE_SENT
._UNSUB_ME ._X_TAKE ._block ._bought ._enough ._get ._go ._note ._would 15 ?_? ?~. ?~OFF
AGAIN_X_SENT AGAIN_text AGAIN_thanks AUX_STOPV_TEXTING AUX~NEG ENDV_STOPV ENDV_STOPV_. ENDV_THIS_.
ENDV_THIS_SENT ENDV_THIS_X ENDV~ENDV IF~AGAIN I_N I_WANT_OFF I_X_YOU I_at I_make LIST_, LIST~I
ME_THIS ME_anymore ME_of ME_these MY_X_OFF MY~AGAIN MY~OFF MY~TAKE MY~YOU NEG_TEXTV NEG_X_,
NEG_YOU_X NEG_ever NEG_further NEG_in NEG_messages NEG_own NEG_wish NEG~NEG NEG~TEXTV NEG~THIS
NUM_._STOPV NUM_NEG_TEXTV NUM_OFF_. NUM_REMOVE NUM_belongs NUM_dont NUM~AGAIN NUM~STOPV N~NUM
OFF_YOU_TEXTING OFF~LIST OFF~NUM OFF~THIS PEST_MY PEST_my PEST~. REMOVE_ME REMOVE_MY_NUM REMOVE_me
REMOVE_number SENT_. SENT_THE_MY SENT_at SENT_must SENT~MY STOPV STOPV_._I STOPV_ENDV STOPV_NEG
STOPV_PEST_MY STOPV_SENT_. STOPV_STOPV STOPV_STOPV_. STOPV_TEXTING_SENT STOPV_TEXTING_THEY
STOPV_TEXTV STOPV_TEXTV_. STOPV_THE_SENT STOPV_THE_TEXTING STOPV_X_SENT STOPV_X_STOPV STOPV_YOU
STOPV_YOU_X STOPV_and STOPV_messaging STOPV_texts STOPV_you STOPV~MY TAKE_OFF_THIS TAKE_SENT
TAKE~AUX TEXTING_ME_THIS TEXTING_THEY TEXTING_THEY_. TEXTING_THE_X TEXTING_it TEXTV_LIST_.
TEXTV_list TEXTV_or TEXTV_stop TEXTV~AGAIN THEY_YOU THEY_from THEY_has THEY_you THE_AGAIN_SENT
THE_LIST_. THE_TAKE_SENT THE_THIS_, THE_WANT THE_YOU_NEG THE_YOU_NUM THE_communication
THE_complaint THE_future THE_house THE_it THE_text THE~IF THE~NEG THE~REMOVE THE~SENT THE~WANT
THIS_LIST THIS_NUM_X THIS_SENT_STOPV THIS_group THIS_number THIS~AUX THIS~TAKE THIS~UNSUB THIS~YOU
UNSUB~NUM WANT_OFF WANT_THIS_. WANT~ME WANT~THIS WH~TEXTING X_NUM_NEG X_NUM_REMOVE X_NUM_THE
X_OFF_YOU X_PERM_THE X_REMOVE_ME X_TAKE_ME X_TEXTING_. X_TEXTING_THE X_THEY_STOPV X_WANT_YOU
X_X_IF X_X_YOU X_YOU_I X_asked X_by X_point X_these X_updates X~TAKE X~TEXTING YOU_AUX_X YOU_MY
YOU_NEG_TEXTV YOU_REMOVE_ME YOU_contacts YOU_my YOU_records YOU~SENT a_complaint alerts_THE
all_SENT all_communication and_MY anymore anymore_. asked asking_. be_REMOVE be_X be_removed
belongs belongs_THE belongs_to bought but_STOPV but_stop c3 cancel_all closed contact_list
contacting contacting_ME contacting_me dead died disable_SENT district district_. dont_AGAIN
dont_TEXTV dont_X dont_accept dont_ever dont_wish election end end_this ever_TEXTV every
exclamation_point flooding following for_sale from_SENT from_TEXTING from_you future
future_messages garbage gave_YOU gave_you get_OFF get_off getting_THIS getting_these has hear_THE
i_be i_have im_N is_. is_for it_STOPV it_out its_N last_time list_, looking_THE looking_for
lose_MY lose_THIS lose_my lose_this mark marketing_. me_THIS me_anymore me_of me_these messaging
money_. more_TEXTV more_texts moved_. need_YOU no_further no_messages not_in not_text nothing_X
number_OFF number_REMOVE number_off numbers o of_. of_THIS of_these off_. or_i part_THE part_of
patient period_. permission_THE phone_X point point_. political_texts quit_TEXTING quit_texting
receiving records_X reminders_. remove remove_ME remove_me remove_number removed_. removed_X
report reported request_. requests revoke_PERM s_X service_. spam state_. stop_ENDV stop_NEG
stop_PEST stop_SENT stop_TEXTV stop_asking stop_messaging stop_receiving stop_to tell_YOU tell_you
text text_X texting_MY texting_my texts texts_X texts_stop these_. this_LIST this_group
this_number throw time_. time_TEXTING tired_THE tired_of to_ME to_a to_me to_text top understand
unsubscribe unsubscribe_? want_OFF want_SENT want_X who_THIS who_this why_are wish would_YOU
would_you wrong_NUM wrong_number you_MY you_my your_NEG your_contacts your_records
=5 ,_REMOVE ,_REMOVE_ME ,_STOPV_. ._._STOPV ._ENDV ._ENDV_SENT ._I_TEXTING ._I_UNSUB ._SENT
._STOPV_YOU ._THE_THE ._cancel ._end ._make ._off ._removed ._scratch ._sold ._ugh ?_STOPV_TEXTING
?_TAKE ?_TAKE_ME ?_take ?~TEXTING AGAIN_TEXTV AGAIN_contact AUX_STOPV_. AUX_X_STOPV AUX~THIS
ENDV_._. ENDV_OFF_SENT ENDV_service ENDV_these ENDV_this I_X_REMOVE I_revoke I_said ME_I ME_I_NEG
ME_THE_THIS ME_be MY_NUM_. MY_consent MY_privacy MY_subscription NEG_AGAIN_. NEG_AGAIN_TEXTV
NEG_PERM_X NEG_TEXTV_AGAIN NEG_WANT_, NEG_X_MY NEG_consent NEG_give NEG_message NEG_text NEG_texts
NEG_use NEG~AGAIN NUM_,_REMOVE NUM_._REMOVE NUM_._X NUM_OFF_YOU NUM_STOPV NUM_stop N~, N~THIS
OFF_SENT OFF_THE_SENT PEST_me REMOVE_MY_TEXTV REMOVE_THE_LIST REMOVE_THE_YOU REMOVE_her REMOVE~NUM
REMOVE~SENT SENT_._. SENT_STOPV_. SENT_stop SENT~NEG SENT~STOPV STOPV_._STOPV STOPV_._X
STOPV_PEST_. STOPV_TEXTING_. STOPV_THEY_. STOPV_THIS STOPV_all STOPV_asking STOPV_it STOPV_these
STOPV~I STOPV~OFF STOPV~SENT STOPV~TEXTV TAKE_lost TAKE_messages TAKE_these TAKE~STOPV
TAKE~TEXTING TEXTING_my TEXTING~NEG TEXTING~NUM TEXTING~THE TEXTING~THIS TEXTV_AGAIN TEXTV_AGAIN_.
TEXTV_SENT_. TEXTV_again THEY_._. THEY_number THE_THE_NEG THE_political THE_texting THIS_.
UNSUB_._. UNSUB_THE_SENT WANT_, WANT_SENT WANT_SENT_. WANT_off WANT~SENT X_,_REMOVE X_NEG_WANT
X_SENT_STOPV X_THEY_YOU X_ago X_consent X_e X_else X_numbers X_take X_texts X_thank X_times
X~STOPV X~UNSUB YOU_LIST_X YOU_TEXTING YOU_X_TEXTING YOU_texting YOU~STOPV ago and_thank at_THIS
at_all at_this away_. bot call_list cancel_. cancel_SENT cancel_THIS cancel_alerts communication
delete_ME delete_me dont_message else else_. end_. enough everything exclamation exclamation_X
family finish for_MY for_my from_LIST from_list get_THIS get_lost get_these group_. has_X her_NUM
her_number hi_, his_NUM i_go i_revoke i_said im_at im_optout it_stop last_X longer_want lose
marketing me_I message_ME message_me more_. my_consent my_privacy my_subscription need_your
no_texts number_STOPV number_stop of_SENT off_SENT opt_X or_I own period phone_OFF phone_off
pretty privacy promos quit_THEY receive_THIS receive_these receiving_SENT remove_her replied
report_YOU report_you revoke_X s scratch so_STOPV so_stop spam_. stop stop_THIS stop_YOU stop_all
stop_these stop_with stop_you t text_AGAIN text_again text_stop the_NEG the_dont the_messages
these_? ugh unenroll_ME unenroll_me unsubscribe_. want_off whatever wish_THE wish_to with_THE
your_dont
=6 ,_STOPV ._ENDV_THIS ._STOPV ._X_TEXTV ._cease ._discontinue ._lose ._quit ._removal ._stay
._stop ?_REMOVE ?_REMOVE_ME ?_STOPV_. ?_remove AGAIN_._. AGAIN_SENT_. AGAIN_texts ENDV_SENT
ENDV_SENT_. ENDV_TEXTV ENDV_alerts ENDV_all I_UNSUB_. I_UNSUB_? I~PERM ME_X_TEXTV MY_PERM NEG_YOU
NEG_mas NEG_to NEG_you NEG~SENT NUM_._NEG NUM_AGAIN_. NUM_AUX_THE NUM_again OFF_LIST OFF_LIST_.
OFF_SENT_. OFF_list OFF~SENT PERM_X_. PERM~SENT PEST_ME REMOVE_NUM_. REMOVE~THIS REMOVE~YOU
STOPV_NEG_X STOPV_THIS_. STOPV_X_I STOPV_X_MY TAKE~ALONE THEY_stop THEY~SENT THE_NEG_TEXTV
THE_THIS_. THE_all THE_dont THE_money THIS_NUM_AGAIN UNSUB UNSUB_? UNSUB_?_. UNSUB_X_.
WANT_AGAIN_SENT WANT_OFF_. X_._NEG X_._TAKE X_._UNSUB X_MY_PERM X_NEG_TEXTV X_REMOVE_MY X_away
X_favor X_remove X_t YOU_X_LIST YOU~LIST another away be be_THE be_on call_or cease consent_X
desist desist_. dont_text dont_use end_THIS end_all for_money from_THIS from_this from_your
further further_SENT go_away im_UNSUB interested_, mas messaging_. my_PERM name_. no_mas not_TEXTV
notifications off_LIST off_list opt optout or_TEXTV parent phone_again political political_SENT
remove_from request requesting send_AGAIN stay stay_OFF t_X text_. these these_THE times times_.
up_. with_the
=7 ,_REMOVE_THEY ,_STOPV_TEXTING ._REMOVE_NUM ._STOPV_I ._for ?_STOPV ?_stop ?~ME AGAIN~SENT
ENDV_. ENDV_THIS ME_NEG_AGAIN ME_about ME_no ME~NEG NEG_TEXTV_LIST NEG_disturb NUM_AGAIN
NUM_THE_THIS REMOVE_ME_. REMOVE_NUM STOPV_. STOPV_?_. STOPV_I STOPV_I_X STOPV_with STOPV~TEXTING
TEXTING_. THE_be THIS~LIST THIS~STOPV UNSUB_THE_THIS UNSUB~THIS WANT_STOPV WANT_stop X_,_STOPV
X_ME_OFF YOU_NEG_STOPV anything_. contact_. delete_. discontinue disturb disturb_. dont_disturb
favor_. harassment me_about me_no need_these off_of or_text phone_AGAIN remove_NUM sending_. sold
soliciting stop_I texting_. to_be up_MY up_my want_your
=8 ,_stop ._STOPV_, ._STOPV_NEG ._STOPV_THIS ._UNSUB ._UNSUB_. ._opt ENDV~SENT ME_OFF_.
NEG_TEXTV_ME STOPV_? STOPV_THE_THE TEXTV_STOPV_. THEY~REMOVE THIS~AGAIN UNSUB_. WANT~LIST
X_._STOPV X_THIS_NUM X_contacted X_mensajes X~REMOVE be_contacted consent contacted favor from_YOU
from_all mensajes_. notifications_. remove_. stop_? subscription
=9 ._STOPV_. ._unsubscribe ME~ALONE NEG_WANT_SENT REMOVE_. WANT_your mensajes optout_. revoke_.
send_. sms_. stop_. subscription_.
=10 ._revoke NEG_._STOPV NEG_TEXTV_. TAKE_OFF_MY WANT_YOU_SENT X_._REMOVE revoke
=11 ._REMOVE_. ._stopall stopall stopall_.
=12 NEG_SENT_. no_STOPV no_stop
=13 ._ENDV_.
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
