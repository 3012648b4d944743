/* archwire
description: The metrics that practices are compared by. counted_among names the people behind a figure, rounded_to the step to which quartiles are rounded; a total is 0 in a month without anything to count, other figures are unknown.
key: [metric]
*/
select 'starts' as metric, 'starts' as counted_among, cast(5 as double precision) as rounded_to, true as is_total
union all select 'case_acceptance', 'exams', 0.01, false
union all select 'kept_exam_rate', 'scheduled exams', 0.01, false
union all select 'same_day_start_rate_of_exams', 'exams', 0.01, false
union all select 'net_production', 'practice', 1000, true
union all select 'net_collections', 'practice', 1000, true
union all select 'collection_rate', 'practice', 0.01, false
union all select 'average_contract_fee_net', 'fees', 50, false
union all select 'paid_in_full_rate', 'contracts', 0.01, false
union all select 'no_show_rate', 'appointments', 0.005, false
union all select 'denial_rate', 'adjudications', 0.005, false
union all select 'days_to_payment_median', 'payments', 1, false
union all select 'patient_delinquency_rate', 'practice', 0.002, false
union all select 'over_edc_rate', 'practice', 0.01, false
