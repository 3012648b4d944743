-- One row for each start, and one for each debond, of a year up to d that began
-- after the practice was on the platform.
select t.practice_id, d as day, t.location_id, 1 as numerator, 0 as denominator
from month_ends($1::date) as d
join rcm.practice p on add_months(d, -12) + 1 >= p.go_live_date
join pms.treatment t on t.practice_id = p.practice_id and t.start_date between add_months(d, -12) + 1 and d
union all
select t.practice_id, d, t.location_id, 0, 1
from month_ends($1::date) as d
join rcm.practice p on add_months(d, -12) + 1 >= p.go_live_date
join pms.treatment t on t.practice_id = p.practice_id and t.debond_date between add_months(d, -12) + 1 and d
