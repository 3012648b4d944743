select practice_id, day, location_id, payer_kind, came - forecast as numerator, forecast as denominator
from backtest($1::date, 1)
