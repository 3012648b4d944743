/* archwire
description: An account past due whose amounts by age do not add up to what is past due.
*/
select practice_id, account_id
from receivables.past_due_list
where due_today + days_1_30 + days_31_60 + days_61_90 + days_91_120 + days_121_180 + days_over_180 <> past_due
