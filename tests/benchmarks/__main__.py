"""Every benchmark, one after the other: make bench."""

from tests.benchmarks import (
    bench_app,
    bench_compare,
    bench_core,
    bench_explaining,
    bench_hold,
    bench_live,
    bench_load,
    bench_search,
    bench_tasks,
    bench_transformer_page,
)

bench_core.main()
bench_explaining.main()
bench_search.main()
bench_app.main()
bench_hold.main()
bench_compare.main()
bench_transformer_page.main()
bench_live.main()
bench_tasks.main()
bench_load.main()
