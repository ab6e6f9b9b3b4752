"""The weights of the second opinion. Written by scripts/build_opinion; do not edit."""

from types import MappingProxyType
from typing import Final

BIAS: Final = -0.72
_STEP = 0.1

# `=N`: what follows weighs N steps.
_WEIGHTS = """
=-19 n0
=-10 ._unstop unstop wait
=-9 ._NEG_TAKE ._TEXTV_ME ._help ._resume ._start STOPV_X_THE continue_. dont_TAKE in_. lol next
resume start
=-8 ._NEG_. ._NEG_REMOVE ._X_ENDV ._continue ._stopping ._subscribe ENDV~AUX NEG_. NEG_REMOVE
NEG~UNSUB STOPV_being STOPV_by STOPV_lying TEXTV_ME_THE THE_AUX_X X_THE_MY X_ok X_said c cash
dont_REMOVE finished gas help_. i_REMOVE lying nice_. onions onions_. opt_in questions snow
start_. stop_by stopped stopping subscribe taxes taxes_. tell_ME tell_me update
=-7 ._I_PERM ._TEXTV ._TEXTV_X ._k ._keep ._lol ._tell ._update AGAIN_questions AUX_STOPV_X
AUX_THEY_X AUX~AGAIN IF_I_X I_PERM NEG_SENT_THE NEG_STOPV NEG_TAKE NUM_THE_MY OFF_X_. THEY_all
THEY_should THE_TEXTV_. THE_call THE_for THE_message THE_new X_,_I X_._THE X_NEG_STOPV X_THEY_OFF
X_get X_or X_school X_stopped YOU_TEXTV_. a_new at_STOPV auto auto_X by_. charge delivery_. do_.
feel fighting flight flight_. forget help i_PERM info_. it_X k last_text lol_. message_X need_X
no_. our_X problem problem_. questions_. rain remember resume_. review shoes shoes_. some sorry
sorry_. spot spot_. stopped_X sunday sure_. than them_THE through to_. trip tuesday two unit
unstop_. update_MY update_my us_X war war_. was water weeks worries yes_. yet yet_.
=-6 ,_THE ,_THE_X ,~I ._,_X ._LIST ._ME ._MY_NUM ._NEG_STOPV ._NUM ._NUM_. ._THEY_STOPV ._THE_ENDV
._X_? ._all ._and ._call ._here ._info ._list ._me ._need ._oops ._read ._sounds ._to ._weekend
._yup 1 AGAIN_NUM AGAIN_info AUX_I_ENDV AUX_I_REMOVE ENDV_MY_X ENDV_THE_X ENDV_of I_ENDV I_turn
LIST_THE ME_THE_TEXTV ME_a ME_know ME_to MY_X_? MY_car MY_lease NEG_ME_. NEG_STOPV_TEXTING
NEG_TEXTV_, NEG_X_AUX NEG_quit NEG_take NEG~IF NEG~OFF NUM_?_. NUM_in N_. PERM_THE_THE PERM_X_X
REMOVE_THE_X STOPV_THEY_X STOPV_X_N STOPV_X_THEY STOPV_charging STOPV_playing STOPV_working
STOPV~TAKE TAKE_the TAKE_your TEXTING_X_X TEXTV_, THEY_quit THE_LIST_THE THE_PERM THE_TAKE_X
THE_X_WH THE_gas THE_sign THE_sunday THE_tuesday THE_us THE_voicemail THE~WH THIS_X_. UNSUB~TEXTV
WANT_OFF_THE WANT_THIS_X WANT_X_. WANT_YOU_THE WH_would WH~ENDV X_?_. X_ENDV X_N_. X_TAKE_X
X_WH_THE X_X_TEXTV X_drive X_fine X_lol X_over X_right X_service X_shift X_us X_well X_when
X_without X_wont access and_drive anytime at_MY at_my being both_THE bother call_, cancer card_.
charging contact_X contract contract_. customer_X doctor done_. down drive_. early early_. end_of
end_the ex feel_X first first_. forgot free get_the havent havent_X here_, his_X hold i_turn info
insurance_. its_X join k_. know_. later_. lease link me_a me_know more_NUM more_info my_car
my_lease never nope_. number_in oh_X on_. oops order_. our p_. photo pick pick_X pick_up pizza
plan_. playing policy_. posted put_MY put_my quote receipt refills refund running said_I says
school_X shift shift_. sim slot slot_. some_X sounds_X stopping_X subscribe_. sunday_. table test
the_ENDV the_end tickets to_YOU trip_. tuesday_. until video voicemail volunteer waitlist we_have
weekend weekend_. well were_X when where_do why_AUX y_. yup
=-5 ,_I_WANT ,_TEXTV_ME ,_X_X ,_text ,_thanks ,~WANT ._AUX_MY ._I_STOPV ._THEY ._THEY_TAKE
._WANT_X ._WANT_YOU ._WH_NUM ._X_SENT ._X_TEXTING ._ask ._forget ._haha ._last ._put ._sign
._sorry ._t ._text ._the ._they ._well ._when ._why ._y 3pm 3pm_. 5_. 7 AGAIN~N AUX_. AUX_._X
AUX_YOU_TEXTV AUX_text ENDV_X_. ENDV_X_? I_TEXTV_. I_know I_never I_remove I_stopped I~ENDV
LIST_for LIST_of ME_, ME_X_SENT ME_on MY_appointment MY_new MY_old MY_order NEG_X_. NEG_find NEG_i
NEG_mind NEG_stop NEG~N N~? OFF_?_. OFF_hold PERM~X REMOVE_THEY_X REMOVE_X_. REMOVE_that
REMOVE~THEY REMOVE~X SENT_so SENT_today SENT~THEY STOPV_on STOPV~N TAKE_THEY_. TAKE_THEY_THE
TAKE_YOU_X TAKE~THEY TAKE~WANT TEXTV_._. TEXTV_YOU TEXTV_before TEXTV_him TEXTV~? THEY_? THEY_?_.
THEY_AUX_. THEY_AUX_STOPV THEY_TAKE THEY_TEXTV THEY_X_. THEY~ME THEY~OFF THE_AUX_. THE_PERM_X
THE_SENT_AGAIN THE_X_. THE_alarm THE_class THE_email THE_end THE_invoice THE_tonight THE_town
THE_trip THE~ENDV THIS_X THIS_X_? THIS~ENDV UNSUB_X_AUX UNSUB~? UNSUB~AUX UNSUB~THE WANT_. WANT_ME
WANT_THEY_X WANT_me WH_. WH_NUM WH_NUM_AUX WH_THE_ENDV WH_much WH_was WH~. X_._. X_._WANT X_9 X_?
X_ENDV_. X_IF_I X_ME_X X_STOPV_THEY X_THE_SENT X_THE_TAKE X_WH_AUX X_X_? X_X_NUM X_YOU_SENT X_any
X_around X_be X_calling X_card X_early X_end X_fee X_free X_going X_his X_its X_job X_lor X_making
X_messages X_next X_nice X_plan X_quit X_sorry X_start X_till X_today X_trip X_work X_wrong X_yes
X_yesterday X_yet YOU_X_OFF YOU_start a_TEXTV a_message able able_THE able_to address address_. ah
alarm alarm_. always application application_. around around_X b back back_THE ballot_. block_THE
broken by_X by_mail cake cake_. calendar_. call call_. call_ME call_me can_text canceled cant
cant_STOPV card change chat_. close coffee coming dad day_OFF day_off delivery did done dont_STOPV
dont_stop down_. drive email_. email_X ex_. exit fee fees find_THEY for_tonight friday friends
from_MY from_my funny got_THEY haha happy help_ME help_me hold_. home how_much huh i_ENDV i_know
i_never i_remove i_stopped invoice k_X later lease_. leave_THEY leave_it like_THEY list_THE
list_for list_of mail making me_, me_on me_to missed my_appointment my_new my_old my_order needed
never_X new_phone of_town off_X off_hold old_X on_THEY on_X on_file one_X option order over_.
over_X paper paper_X photo_. pickup plan policy project received remove_the rent resume_X ride
ride_. ring said_. say saying saying_X schedule send_a sent_. shopping shopping_LIST shopping_list
should sign sleeping smoking so_. start_TEXTING start_X started started_X still_WANT stock
stop_charging stopped_. stopping_. take_the taking_X thanks_THE thanks_for the_PERM the_TEXTV
the_account the_alarm the_message the_sign then they_AUX things things_THE things_to think think_X
thinking_X thinking_about thursday till till_X to_MY to_call to_my tonight tonight_. transfer up_X
us_THE wait_THE waiting want_ME want_me we_WANT we_need well_. what_is when_AUX whos whos_THIS
whos_this why why_did without wont_STOPV words works y yes_I you_start
=-4 ,_AUX_THEY ,_TEXTV_X ,_X ,_X_I ,_X_THEY ,_X_YOU ,_be ,~? ,~WH ._._. ._1 ._AUX_THE ._IF_THEY
._N ._NEG_ENDV ._PERM_ME ._TEXTV_THE ._THE_. ._X_MY ._X_YOU ._add ._am ._at ._cant ._did ._got
._happy ._huh ._lost ._on ._she ._should ._started ._then ._who .~? .~N .~WH 12_. 401k 401k_. 9_X
?_. ?_TEXTV ?~? ?~YOU AGAIN_X_. AGAIN_X_THE AGAIN~? ALONE~. ALONE~THE AUX_ENDV AUX_I_WANT
AUX_TEXTV AUX_TEXTV_ME AUX_YOU_WANT AUX_broken AUX_school AUX~WANT ENDV_? ENDV_?_. ENDV_THEY_X
ENDV_X ENDV_date IF_THEY IF_X IF_X_X I_NEG_ENDV I_NEG_STOPV I_NEG_TAKE I_REMOVE I_STOPV_THE
I_UNSUB_THE I_WANT_THIS I_WANT_X I_X_? I_cancel I_had I_lost I_might I_need I_off LIST_THE_X
LIST_X_. ME_THE_STOPV ME_THE_X ME~IF ME~N ME~WANT MY_card MY_ex MY_membership MY_rsvp MY~I
NEG_ENDV NEG_SENT_X NEG_STOPV_X NEG_TEXTV_MY NEG_TEXTV_THE NEG_TEXTV_THEY NEG_be NEG_cancel
NEG_forget NEG_leave NEG_make NEG_start NEG_talk NEG_wait NEG_worry NEG~, NEG~STOPV NUM_,_X NUM_N
NUM_of NUM_to N_AUX N_AUX_X N_OFF N_off OFF_MY_X OFF_THE_THE OFF_X OFF_at PERM_ME PERM_ME_X
PERM_me REMOVE_THE_THE REMOVE_a REMOVE_the SENT_AGAIN SENT_AGAIN_. SENT_AUX SENT_AUX_X
SENT_THE_THE SENT~, STOPV_X_, STOPV_X_? STOPV_at STOPV_smoking STOPV_taking TAKE_OFF_X
TAKE_OFF_YOU TAKE_THE TAKE_THEY_X TAKE_WANT TAKE_X_OFF TAKE_care TAKE_help TAKE_it TAKE~TAKE
TEXTING_you TEXTV_MY TEXTV_MY_X TEXTV_THEY TEXTV_THEY_X TEXTV_THE_TEXTV TEXTV_X_N TEXTV_YOU_X
TEXTV_a TEXTV_my TEXTV~, TEXTV~IF TEXTV~OFF THEY_,_X THEY_NEG_STOPV THEY_STOPV_X THEY_THE_ME
THEY_THE_MY THEY_X THEY_X_MY THEY_hes THEY_told THEY_took THEY_was THEY_wont THEY~THIS THE_ENDV_.
THE_STOPV_TEXTING THE_TAKE_THE THE_X_AGAIN THE_X_ENDV THE_app THE_appointment THE_event THE_friday
THE_late THE_lease THE_leave THE_meeting THE_month THE_saturday THE_start THE_stopping THE_that
THE_waiting THE~N THE~PERM THIS_month UNSUB_THE_THE UNSUB~X WANT_AUX WANT_NUM WANT_THE_YOU WANT_a
WANT_an WANT_help WANT_the WANT~THEY WH_? WH_AUX_THIS WH_does WH~IF WH~OFF WH~WANT X_,_THE X_,_X
X_. X_._I X_?_X X_AGAIN_. X_I_THE X_LIST_. X_ME_, X_TAKE_MY X_TEXTV_THE X_THEY_. X_THE_. X_X_WANT
X_YOU_NUM X_YOU_TEXTV X_address X_again X_are X_better X_c X_come X_continue X_ended X_ending
X_first X_friday X_half X_happy X_here X_lot X_mail X_money X_much X_questions X_reservation
X_sending X_still X_through X_two X_under X_use X_were X_will X_works X_your X~ENDV YOU_AUX_TEXTV
YOU_REMOVE_THE YOU_WANT_ME YOU_cant YOU_want YOU~AUX a_. a_STOPV a_good absolutely account_. add
after_N after_X agree an answer any_time anyway are_THE as_THE as_a ask authorized back_on bad_X
ballot be_there because_i before_X bleeding buy buy_X calendar call_on can_TEXTV cant_make
cant_stop cant_talk change_MY change_my claim claim_X close_MY close_my color color_. coming_.
contact_MY contact_my continue count d deals delete_THE delete_that delete_the desk_. did_YOU
did_you didnt do_WANT does does_X donated dont_forget dont_leave dont_worry earlier elm email
emails end_date ending event fee_? finally find for_. for_ME for_friday for_me form form_.
friday_. from_ME from_THEY from_me from_the game get_THE get_help goin goin_THE going going_X
got_it had_to haha_. half help_THE help_X help_with her_. hes_X him_. husband_THE i_do i_might
i_need if_THEY im_off instead is_broken it_? its_a job_. knock last leave_X left let like_the
longer_need lor lor_. lost_MY lost_my lot love love_it mail_. maybe maybe_X meeting_X membership
membership_. message_THE min mind_. miss miss_YOU money_X month month_. much must_X my_card my_ex
my_membership my_rsvp name_X name_on need_. need_a need_help need_the nice night no_i number_of
of_X off_at offer on_the order_N phone_from politics price program program_. put_ME put_me
quit_smoking re re_X record refund_. remove_a reschedule reschedule_. reservation reservation_X
room routing routing_NUM routing_number rsvp said saturday see_YOU see_you sent sent_X service_X
she_NEG should_I should_STOPV show sign_ME sign_me snow_X soon_. sorry_I sorry_X sounds
start_calling starting starting_THE still_X stop_at stop_playing stop_taking stopped_by
stopped_working sun support sure_X surgery take_OFF take_WANT take_X take_care take_out talk_.
tell_THEY test_X text_THEY text_YOU that_. that_AUX the_X the_app the_call the_lease the_meeting
them this_X this_month those to_leave to_you to_your today_? told_ME told_me tomorrow tomorrow_.
took town town_. tv tv_. two_X until_I until_i vote_. wait_for want_the want_you way_. website
when_does which while wife_X will_STOPV will_stop with_THIS wont wont_X wont_stop work_. work_X
works_. worry yes_, yes_X you_cant you_want
=-3 ,_. ,_I ,_I_NEG ,_MY ,_TEXTV ,_WH ,_WH_X ,_YOU ,_YOU_X ,_call ,_can ,_i ,_ill ,_im ,_my ,_you
,~, ,~N ,~THEY ._. ._AGAIN_X ._AUX_I ._AUX_THEY ._IF_I ._I_NEG ._I_TAKE ._MY ._NEG_, ._NEG_MY
._TAKE_THE ._TEXTV_MY ._THE ._THEY_X ._THE_X ._X_NUM ._absolutely ._aight ._are ._bless ._but
._count ._dont ._gud ._in ._let ._my ._never ._ok ._omg ._opting ._sure ._what ._wrong ._yes
.~ENDV 10_. 20 3_. 9 ?~AUX ?~THE AGAIN~AUX ALONE_X AUX_AUX AUX_I_TAKE AUX_LIST AUX_OFF
AUX_WANT_THE AUX_WH AUX_X_. AUX_X_TEXTV AUX_do AUX_go AUX_list AUX_we AUX_wrong AUX_your AUX~.
ENDV_, ENDV_THE_TEXTV ENDV_X_N ENDV_X_X ENDV_and ENDV_that ENDV_the ENDV~, ENDV~? ENDV~N ENDV~X
IF_I IF_I_AUX IF_i IF_we IF~. IF~? IF~AUX IF~YOU I_._X I_AUX_. I_NEG_TEXTV I_OFF I_OFF_THE I_OFF_X
I_REMOVE_MY I_REMOVE_THE I_STOPV_. I_TAKE_THE I_TEXTV_YOU I_X_TAKE I_X_WANT I_did I_do I_feel
I_jus I_live I_opt I_quit I_see I_still I_take I_voted I_wont I~PEST LIST_X LIST~? ME_._I
ME_OFF_THIS ME_WH_THE ME_X_THE ME_back ME_in ME~MY ME~NUM ME~TAKE MY_NUM_, MY_SENT MY_THE
MY_THE_AUX MY_X_LIST MY_X_STOPV MY_X_TEXTV MY_X_THE MY_X_X MY_ballot MY_bank MY_calendar
MY_reservation MY_shopping MY_to MY_way MY~IF MY~NUM N NEG_AGAIN_X NEG_X_AGAIN NEG_bother NEG_got
NEG_help NEG_money NEG_sure NEG_thank NEG_way NEG~AUX NEG~LIST NEG~THE NUM_and NUM~TAKE OFF_X_N
OFF~PERM OFF~THE OFF~X PERM~, PEST_X REMOVE_MY_X REMOVE_X_THE REMOVE~? SENT_STOPV_X SENT_X_X
SENT_stopped SENT~YOU STOPV_AUX STOPV_MY_X STOPV_X_IF STOPV_X_X TAKE_N_OFF TAKE_THE_X TAKE_in
TAKE_out TAKE~? TAKE~IF TAKE~ME TAKE~N TEXTING_X TEXTV_I TEXTV_THEY_. TEXTV_for TEXTV_on TEXTV_the
TEXTV_with TEXTV_you TEXTV~N TEXTV~TAKE TEXTV~THE THEY_TAKE_X THEY_X_ME THEY_X_YOU THEY_are
THEY_at THEY_can THEY_in THEY_said THEY~THE THE_._. THE_AUX THE_AUX_LIST THE_ENDV THE_ME_X
THE_REMOVE THE_TEXTV_LIST THE_TEXTV_THE THE_THEY_. THE_THE_X THE_THIS_NUM THE_X_LIST THE_X_N
THE_X_STOPV THE_X_YOU THE_address THE_blue THE_code THE_doctor THE_dog THE_driver THE_form
THE_gift THE_go THE_help THE_him THE_last THE_next THE_night THE_office THE_old THE_polls
THE_price THE_refund THE_ride THE_story THE_subscription THE_talk THE_weekend THIS_bill THIS~SENT
UNSUB_MY UNSUB_THE_X UNSUB_my UNSUB_of WANT_? WANT_I WANT_THEY_. WANT_X_THE WANT_you WANT~?
WANT~ENDV WANT~I WANT~N WANT~WANT WH_?_. WH_AUX_THE WH_AUX_X WH_did WH_is WH~SENT X_,_TEXTV
X_,_THEY X_,_YOU X_1 X_12 X_8 X_AUX_THE X_ENDV_X X_IF X_LIST_X X_ME_WH X_N X_NEG_X X_NUM_?
X_NUM_AUX X_NUM_X X_OFF_X X_THE_TEXTV X_THIS_TEXTV X_THIS_X X_WANT X_WANT_. X_WH X_X_. X_X_AGAIN
X_YOU_NEG X_YOU_X X_add X_after X_because X_before X_cancelled X_da X_days X_delivery X_dinner
X_done X_email X_for X_guy X_her X_him X_if X_isnt X_june X_later X_left X_let X_like X_live
X_love X_moved X_need X_order X_party X_program X_raining X_ready X_saturday X_saying X_she X_some
X_st X_starting X_thanks X_then X_they X_thing X_til X_tomorrow X_vote X_voting X_way X_we X_where
X~AGAIN X~SENT YOU_._X YOU_? YOU_?_. YOU_AUX_THE YOU_STOPV_X YOU_TAKE_X YOU_THE_X YOU_X_X
YOU_cancel YOU_for YOU_so YOU_were YOU_with a_refund a_ride a_text about_X add_X after again_.
aight all_the alone_X am_I am_i an_X and_X and_add and_will any appointment appt at_the b_X baby
back_. back_X bad bags beautiful before best_X better better_. better_X bill_. birthday bless
block_X blocked blocking blue box box_. bring but_MY but_THEY but_X but_my call_YOU call_you
calling_. calls can_X cancel_, cancel_THEY cancel_and cancel_that cancel_the card_THE card_X
care_. changed check_X code come come_. come_X contact_THE cost count_ME count_me da da_. da_X
dad_X date date_. day_? days days_. deposit desk did_. direct direct_X do_LIST do_list dog done_X
dont_bother driver driving driving_. early_X easy elsewhere_. ended field field_X first_X
for_saturday forget_THE forget_the from_THE gift give_ME give_me giving going_THE going_to got
got_X great great_. great_X gud gud_X guess gym has_THE have_NEG have_YOU have_a have_no have_you
he_STOPV help_? her hes him_X hope i_AUX i_can i_did i_feel i_like i_live i_quit i_voted i_wont
if_I ill_TAKE im_OFF in_june info_X info_on instead_THE instead_of insurance is_wrong it_, it_was
item jobs june june_. jus jus_X keep keep_YOU know_X late_X let_ME library lot_THE love_THEY lunch
maria me_back me_in meant meeting meeting_. mike mind mistake move move_THE much_X my_SENT my_THE
my_ballot my_bank my_calendar my_reservation my_shopping my_to my_way netflix never_STOPV
never_got next_week no_money no_thank no_way not_sure of_THE of_the office office_. oh_. omg
omg_STOPV omg_stop on on_ME one_. only only_. only_X opting opting_THE opting_for optout_THE
optout_of out_the payment phone_AUX plans points polls_. pounds practice raining read receive_THE
remove_X reservation_. resume_MY resume_my right_? same say_. send_THE send_the sending_X shop
short should_X should_i sick sick_THE sick_of so_I so_NEG so_THEY so_i so_much st start_THE
start_a still still_want stop_THEY stop_on stopping_THE story story_. subscription_X takes talk
tell tell_X tell_him tell_the tell_them the the_address the_blue the_code the_doctor the_driver
the_form the_new the_old the_polls the_price the_sale then_X then_YOU then_you there_AGAIN there_X
there_anymore they they_said thinking this_bill til time_THE to_REMOVE to_go to_help to_start
to_talk todo todo_LIST todo_list trump twice twice_. until_X upgrade v very very_X visit voting_X
waiting_THE waiting_for want_? want_this wants watching we_stopped weather were what what_I what_i
when_I when_i where where_AUX who will_be with_MY with_my with_this with_you work working
working_. wrong_. yes yet_? you_? you_call you_cancel you_for you_so you_were you_with your_help
=3 ,_REMOVE_ME ,_REMOVE_THIS ,_TAKE ,_TAKE_ME ,_TEXTV_AUX ,_delete ,_dont ,_no ,_we ,~STOPV
,~TEXTING ._, ._._X ._NEG_PEST ._PERM_X ._REMOVE_ME ._STOPV_PEST ._STOPV_REMOVE ._STOPV_SENT
._STOPV_THE ._TEXTV_STOPV ._UNSUB_X ._X_TAKE ._YOU_TEXTV ._delete ._disable ._how ._its ._love
._note ._remove ._s ._see ._sold .~ALONE ?_TAKE ?_TAKE_ME ?~OFF ?~THEY AGAIN_._STOPV AGAIN_AGAIN
AGAIN_TAKE AGAIN_TEXTV AGAIN_THE_THIS AGAIN_of AUX_X_AGAIN AUX_X_STOPV AUX_like IF_YOU_TEXTV
IF~AGAIN IF~TEXTING I_N I_UNSUB I_WANT_MY I_WANT_OFF I_are I_asked I_be I_choose I_moved I_optout
I_prefer I_want I~N I~STOPV LIST_._. LIST~THE ME_._. ME_._STOPV ME_? ME_im ME_messages ME~AGAIN
MY_NUM_REMOVE MY_house MY_kid MY_mother MY_number MY~AGAIN MY~TAKE MY~YOU NEG_PEST_. NEG_X_THIS
NEG_longer NEG_selling NEG_sign NEG~REMOVE NEG~THIS NUM_._REMOVE NUM_._STOPV NUM_OFF NUM_REMOVE_.
NUM_is NUM_off NUM_remove NUM_removed N~STOPV N~TEXTV OFF_. OFF_MY_NUM OFF_THE_LIST OFF_THE_THIS
OFF_THE_YOU OFF_YOU_TEXTING OFF_YOU_TEXTV OFF_with OFF~, OFF~I OFF~LIST OFF~TEXTING OFF~YOU
PERM_THE PERM~ME PERM~TEXTV PEST_MY PEST_my REMOVE REMOVE_._. REMOVE_ME REMOVE_THE_THIS REMOVE_me
REMOVE~. REMOVE~LIST SENT SENT_for SENT~SENT STOPV_._I STOPV_PEST STOPV_PEST_MY STOPV_REMOVE
STOPV_SENT STOPV_STOPV_STOPV STOPV_TEXTING_ME STOPV_TEXTING_SENT STOPV_THE_SENT STOPV_THE_TEXTING
STOPV_THE_THIS STOPV_YOU_X STOPV_harassing STOPV_i STOPV_message STOPV_messages STOPV_messaging
STOPV_receiving STOPV_spamming STOPV~MY STOPV~NUM TAKE_THIS TAKE_THIS_NUM TAKE_texts TAKE~AGAIN
TAKE~AUX TAKE~NEG TAKE~STOPV TEXTING_._. TEXTING_ME_. TEXTING_ME_X TEXTING_THE_X TEXTING_THIS_NUM
TEXTING_a TEXTING_messages TEXTING_this TEXTING~? TEXTING~THEY TEXTV_. TEXTV_ME_AGAIN
TEXTV_X_TEXTV TEXTV_anymore TEXTV_at TEXTV_list TEXTV_or THEY_I_NEG THEY_MY THEY_OFF_.
THEY_STOPV_. THEY_THIS_AUX THEY_enough THEY_i THEY_my THEY_out THEY_up THEY~NUM THE_,
THE_AGAIN_SENT THE_AUX_THE THE_MY_NUM THE_SENT_. THE_THIS_LIST THE_WANT THE_X_ALONE THE_YOU_THE
THE_complaint THE_future THE_good THE_hear THE_house THE_it THE_job THE_list THE_receive THE_take
THE_text THE_these THE_work THE_wrong THE~THIS THIS_? THIS_LIST_. THIS_NUM_OFF THIS_SENT
THIS_TEXTV_. THIS_messages THIS~AUX THIS~NUM THIS~THEY UNSUB_ME_. UNSUB_X UNSUB~NUM UNSUB~YOU
WANT_MY WANT_MY_NUM WANT_OFF WANT_SENT_. WANT_my WANT_of WANT_off WANT_these WANT~ME WANT~TEXTV
WANT~THIS WH_about WH~ME WH~THIS X_I_TAKE X_ME_. X_MY_NUM X_NUM_STOPV X_NUM_THE X_REMOVE X_SENT_.
X_STOPV_TEXTING X_STOPV_X X_TEXTV_ME X_THEY_YOU X_THE_LIST X_THE_YOU X_THIS X_THIS_? X_UNSUB_.
X_X_TAKE X_YOU_I X_asked X_died X_house X_info X_kids X_lose X_no X_period X_permission X_point
X_reminders X_request X_stop X_up X_who X~IF X~NEG X~YOU YOU_I YOU_MY YOU_NEG_TEXTV YOU_REMOVE
YOU_TEXTV_LIST YOU_X_NEG YOU_X_STOPV YOU_X_THEY YOU_are YOU_contacts YOU_keep YOU_my YOU_remove
YOU_system YOU~? YOU~NEG YOU~REMOVE a_complaint all all_texts and_NEG and_REMOVE and_STOPV
and_dont and_im and_remove and_thank anymore anymore_. anymore_THE anymore_of anything
appreciate_THEY appreciate_it asked_YOU asked_you asking at_THIS at_this be_REMOVE be_X be_removed
both_X but_NEG but_REMOVE but_THE call_list can_STOPV can_stop cancel_THIS cancel_these cant_vote
carlos communication communication_. consent_. contact_LIST contact_list dead delete_THIS
delete_this died died_X disable do_THE do_THEY do_it do_to dont_X dont_contact dont_live dont_need
end end_messages enough_. filing finish for_these for_this from_texts future future_SENT
future_messages gave_YOU gave_you get_off get_texts getting_X give got_THE got_the got_to group_.
harassing has hear how i_TEXTV i_choose i_moved i_want id_appreciate im_N in_YOU in_your is_STOPV
is_a isnt isnt_X it_is it_out its_N kid know_THEY last_week leave_ME leave_my live_X live_in
longer looking_THE lose_THIS lose_this many many_X many_times march me_? me_im me_messages
messages_X messaging messaging_. mother mother_X moved_OFF moved_out my_house my_kid my_mother
my_number n4 need_YOU no_longer not_selling note number_remove number_removed of_. of_THEY
of_texts of_this off_. one_AGAIN one_more p pay_X per permission place point point_. prefer promos
promos_. quite quite_X receive_THIS receive_these receiving_texts removal_THE remove remove_ME
remove_MY remove_it remove_me remove_my removed request_THE respect rewards school_SENT see_THEY
send send_to sending_ME sending_me sending_messages service service_. spamming speak speak_X
still_getting stop_PEST stop_REMOVE stop_STOPV stop_TEXTV stop_harassing stop_i stop_message
stop_messages stop_messaging stop_receiving stuff_. take_ME take_us text_it texting texting_THIS
texting_a texting_this texts_. thanks thanks_. that_MY that_my thats_enough the_wrong these_.
these_SENT these_messages this_, this_. time time_TEXTING to_ME to_hear to_me to_optout to_receive
to_take up up_THE up_for us_OFF us_off vote_THE vote_for want_X we_are what_do who_THIS who_this
word_THE work_NUM wrong_person you_I you_MY you_REMOVE you_are you_dont you_keep you_my you_remove
your_TEXTING your_contacts your_system your_texting
=4 ,_ENDV ,_NEG_AGAIN ,_REMOVE ,_STOPV_. ,_remove ._ENDV_SENT ._I_UNSUB ._NEG_TEXTV ._OFF
._OFF_THE ._REMOVE ._REMOVE_MY ._STOPV_ENDV ._STOPV_STOPV ._STOPV_TEXTING ._STOPV_TEXTV
._STOPV_THEY ._TAKE_ME ._THIS_X ._UNSUB_ME ._X_TEXTV ._block ._bought ._enough ._get ._make
._optout ._quite ._reply ._ugh .~PERM .~PEST 5th ?_? ?_REMOVE_ME ?_STOPV_. ?_take ?~.
AGAIN_contact AGAIN_text AGAIN~SENT AUX_for ENDV_._. ENDV_STOPV ENDV_STOPV_. ENDV_THE_SENT
ENDV_THIS_. ENDV_THIS_X ENDV_messages ENDV_notifications ENDV~ENDV I_X_STOPV I_X_YOU I_revoke
LIST_, ME_I ME_I_NEG ME_THE_SENT ME_THE_THIS ME_X_TEXTV ME_and ME_be ME_of ME_these ME_this ME~AUX
ME~ME MY_NUM_. MY_NUM_? MY_consent MY~N MY~OFF NEG_PEST NEG_TEXTV NEG_X_MY NEG_YOU_X NEG_even
NEG_ever NEG_give NEG_live NEG_message NEG_messages NEG_own NEG_use NEG_wish NEG~NEG NEG~PERM
NEG~TEXTV NUM_OFF_. NUM~STOPV N~, N~NUM N~THIS OFF_._. OFF_THE_SENT OFF_THIS_LIST OFF_of OFF~MY
OFF~NUM OFF~TEXTV PERM~SENT PEST PEST_. PEST_ME_. PEST_me PEST~. REMOVE_MY_NUM REMOVE_MY_TEXTV
REMOVE_THE_LIST SENT_I SENT_i SENT~MY STOPV STOPV_ENDV STOPV_NEG STOPV_PEST_. STOPV_SENT_.
STOPV_STOPV STOPV_STOPV_. STOPV_TEXTV STOPV_TEXTV_. STOPV_X_STOPV STOPV_YOU STOPV_all STOPV_and
STOPV_asking STOPV_contacting STOPV_texts STOPV_to STOPV_you STOPV~OFF STOPV~TEXTING TAKE_OFF_THIS
TAKE_SENT_THE TEXTING_ME_THIS TEXTING_it TEXTV_STOPV TEXTV_again TEXTV~AGAIN THEY_._. THEY_YOU
THEY_you THE_TAKE_YOU THE_TEXTV_ME THE_THE_SENT THE_THIS_, THE_YOU_NEG THE_any THE~ALONE
THE~REMOVE THE~STOPV THIS_. THIS_LIST THIS_NUM_AUX THIS_NUM_X THIS_list THIS_number UNSUB_._.
WANT_AGAIN_SENT WANT_SENT WANT~NUM WANT~SENT WH~TEXTING X_,_NEG X_._NEG X_._TAKE X_OFF_YOU
X_PERM_THE X_REMOVE_. X_REMOVE_ME X_TAKE X_TAKE_ME X_TEXTING_. X_TEXTING_THE X_X_IF X_X_SENT
X_X_YOU X_ago X_by X_dont X_else X_march X_numbers X_optout X_take X_texts X_thank X_these
X_updates X~STOPV X~TAKE X~TEXTING YOU_AUX_X YOU_dont YOU_records YOU~PEST YOU~SENT YOU~STOPV ago
and_I and_take asked asked_to barking bot bought but_STOPV but_dont but_remove but_stop c3 call_or
cancel_all closed contacting de desist desist_. didnt_PERM didnt_sign disable_SENT district_.
do_MY do_my dont_AGAIN dont_TEXTV dont_consent dont_ever dont_message dont_wish e else else_.
end_SENT even_X ever_TEXTV exclamation exclamation_X exclamation_point flooding for_THIS for_sale
from_LIST from_TEXTING from_list from_you get_OFF give_THEY give_it go_X hi_, house i_have
i_revoke is_. it_STOPV know_who last_X last_time leave_me list_, longer_want looking_for lose_MY
lose_my mark marketing me_I me_and me_of me_these me_this messages_. money_. more_texts my_consent
never_TEXTV no_messages not_text nothing_X number_OFF number_off numbers o of_SENT of_THIS opt_X
or_TEXTV or_i out_MY own period_. permission_THE quit_THEY quit_texting receiving reminders_.
remove_from removed_X replied request_. revoke_PERM send_AGAIN send_anymore sms spam state_.
stop_ENDV stop_NEG stop_SENT stop_all stop_and stop_contacting tell_YOU tell_you text text_X
text_stop texting_MY texting_THEY texting_my texts texts_stop these_? this_LIST this_list
this_number time_. tired_THE tired_of to_text top ugh understand unsolicited unsolicited_SENT
unsubscribe unsubscribe_? want_OFF want_SENT want_off want_these whatever who_YOU who_you why_are
will_YOU will_you wish word work_phone wrong_NUM wrong_number your_NEG your_dont your_records
=5 ,_NEG ,_REMOVE_. ._ENDV ._ENDV_THIS ._I_N ._I_TEXTING ._STOPV_YOU ._THE_THE ._cancel
._discontinue ._end ._go ._off ._removal ._removed ._scratch ._would ?_?_REMOVE AGAIN_._.
AGAIN_TEXTV_. AGAIN_texts AGAIN_thanks AUX_STOPV_TEXTING AUX~THIS ENDV_OFF_SENT ENDV_SENT
ENDV_THIS_SENT ENDV_service ENDV_these ENDV_this I_TEXTV_THE I_X_REMOVE I_at I_said I~PERM LIST~I
ME_NEG_AGAIN ME_THIS ME_anymore ME_no MY_X_OFF MY_privacy MY_subscription NEG_TEXTV_AGAIN
NEG_WANT_, NEG_X_, NEG_consent NEG_in NEG_text NEG_texts NEG_to NEG~AGAIN NUM_AGAIN NUM_AGAIN_.
NUM_NEG_TEXTV NUM_OFF_YOU NUM_REMOVE NUM_STOPV NUM_again NUM_belongs NUM_dont NUM_stop NUM~AGAIN
N_times OFF_SENT OFF~THIS PERM~THIS REMOVE_number SENT_. SENT_THE_MY SENT_stop STOPV_._STOPV
STOPV_._X STOPV_TEXTING_. STOPV_TEXTING_THEY STOPV_THIS STOPV_X_MY STOPV_it STOPV_or STOPV_these
STOPV~I STOPV~SENT STOPV~TEXTV TAKE_lost TAKE_these TAKE~TEXTING TEXTING_THEY TEXTING_THEY_.
TEXTING~NEG TEXTING~NUM TEXTING~THIS TEXTV_AGAIN TEXTV_AGAIN_. THEY_number THEY~REMOVE THEY~SENT
THE_LIST_. THE_X_SENT THE_YOU_NUM THE_all THE_dont THE_political THE_texting THE~NEG THE~SENT
THIS_LIST_? THIS_STOPV THIS_stop THIS~UNSUB THIS~YOU UNSUB_? UNSUB_?_. UNSUB_THE_SENT WANT_,
WANT_THIS_. X_,_REMOVE X_NEG_WANT X_NUM_NEG X_PERM X_REMOVE_MY X_SENT_STOPV X_THEY_STOPV X_away
X_consent X_e X_remove X_times YOU_NEG_STOPV YOU_STOPV_. YOU_TEXTING YOU_X_TEXTING YOU_texting
YOU~LIST alerts_THE and_MY and_stop another at_all belongs belongs_THE belongs_to cancel_.
cancel_SENT cancel_alerts contacting_ME contacting_me delete_ME delete_me discontinue district
dont_text dont_use end_. end_this enough from_SENT from_THIS from_this from_your garbage get_SENT
get_THIS get_lost get_these getting_THIS getting_these has_X her_NUM her_number his_NUM i_be
i_said im_UNSUB im_at im_optout is_for lists lists_. lose marketing_. me_THIS me_anymore me_no
message_ME message_me moved_. my_privacy my_subscription name_. need_your no_texts not_TEXTV
notifications number_REMOVE number_STOPV number_stop of_these off_SENT or or_text part_THE part_of
period phone_AGAIN phone_again political_texts pretty privacy quit_TEXTING receiving_SENT
records_X remove_number removed_. report reported request_to revoke_X s s_X scratch sending_THEY
soliciting spam_. stop stop_THIS stop_YOU stop_asking stop_or stop_these stop_with stop_you t_X
text_. text_AGAIN text_again texts_from the_dont the_messages these unsubscribe_. up_. wish_THE
wish_to with_THE with_the would_YOU would_you
=6 ,_REMOVE_THEY ,_STOPV ,_STOPV_TEXTING ,_not ._REMOVE_NUM ._STOPV ._cease ._lose ._quit ._stop
15 ?_STOPV ?_STOPV_TEXTING ?_stop ?~TEXTING AGAIN_SENT_. AGAIN~TAKE AUX~NEG ENDV_SENT_. ENDV_TEXTV
ENDV_THIS ENDV_alerts ENDV_all I_UNSUB_. I_UNSUB_? MY_PERM NEG_AGAIN_TEXTV NEG_PERM_X
NEG_TEXTV_LIST NEG_YOU NEG_mas NEG_you NEG~SENT NUM_,_REMOVE NUM_._NEG NUM_._X NUM_AUX_THE
NUM_THE_THIS OFF_LIST OFF_LIST_. OFF_SENT_. OFF_list PERM_X_. PEST_ME REMOVE_NUM REMOVE_NUM_.
REMOVE_THE_YOU REMOVE_her REMOVE~NUM REMOVE~SENT REMOVE~THIS REMOVE~YOU SENT_._. SENT_STOPV_.
SENT~NEG STOPV_NEG_X STOPV_THEY_. STOPV_THIS_. TAKE_SENT TEXTING_my TEXTING~THE TEXTV_LIST_.
TEXTV_STOPV_. TEXTV_stop THEY_stop THE_NEG_TEXTV THE_TAKE_SENT THE_THE_NEG THE_THIS_. THE_be
THIS_NUM_AGAIN UNSUB WANT_OFF_. WANT~LIST X_._UNSUB X_MY_PERM X_NEG_TEXTV X_NUM_REMOVE X_THIS_NUM
X_favor X_t X~UNSUB YOU_LIST_X YOU_REMOVE_ME anything_. away away_. be be_THE be_on cease end_THIS
end_all everything family from_YOU from_all go_away hear_THE interested_, mas my_PERM need_AGAIN
need_these no_mas off_LIST off_list opt optout or_I parent phone_OFF phone_off political
quit_sending remove_NUM remove_her report_YOU report_you request so_STOPV so_stop sold stop_to
texts_X the_NEG these_THE throw times_. to_be up_MY up_my want_your
=7 ,_UNSUB ,_unsubscribe ._._STOPV ._STOPV_I ._STOPV_THIS ._UNSUB ._for ._stay ?_REMOVE ?_remove
?~ME AUX_STOPV_. ENDV_. ME_about NEG_AGAIN_. NEG_TEXTV_ME OFF~SENT REMOVE_ME_. SENT~STOPV STOPV_?
STOPV_?_. STOPV_I_X STOPV_THE_THE TAKE~ALONE TEXTING_. THE_money THIS~AGAIN THIS~LIST UNSUB_X_.
UNSUB~THIS WANT_STOPV WANT_stop X_,_STOPV X~REMOVE consent consent_X contact_. delete_. favor_.
for_money it_stop me_about more_. off_of political_SENT requesting sending_. stay stay_OFF stop_?
t times
=8 ,_stop ._STOPV_, ._STOPV_NEG ._UNSUB_. ._opt ._unsubscribe ENDV~SENT ME~ALONE ME~NEG STOPV_.
STOPV_I STOPV_with THIS~STOPV UNSUB_. UNSUB_THE_THIS WANT_your X_._STOPV X_ME_OFF X_mensajes favor
mensajes_. notifications_. sms_. stop_I subscription texting_. wasting
=9 ._STOPV_. ._revoke ME_OFF_. NEG_SENT_. NEG_WANT_SENT REMOVE_. WANT_YOU_SENT X_contacted
be_contacted contacted mensajes optout_. remove_. revoke_. send_. stop_. subscription_.
=10 NEG_TEXTV_. TAKE_OFF_MY X_._REMOVE revoke
=11 ._REMOVE_. NEG_._STOPV
=12 ._stopall no_STOPV no_stop stopall stopall_.
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
