# Short names for what ./lastword does. LASTWORD_PORT and LASTWORD_DATA say which server is meant.

LASTWORD_PORT ?= 8080
export LASTWORD_PORT

llm := llm@example.com
text := nonllm@example.com

.DEFAULT_GOAL := help
.PHONY: help demo quick-start fresh-start dev start stop create_users generate_jwt stats monitor \
	run_load_test_non_llm load-test-quick load-test-full test docker-up docker-down docker-logs

help: ## this list
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  %-24s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a server on a fresh folder, two users, a meme as each and ten words
	@./lastword demo

quick-start: start create_users generate_jwt ## a server in the background, both demo users and a token for each

fresh-start: ## stops, cleans, builds, starts in the background and audits; balances stay
	@$(MAKE) --no-print-directory stop
	@./mvnw -q -B clean
	@$(MAKE) --no-print-directory start
	@./lastword stats
	@./lastword verify

dev: ## a server that starts again whenever a source changes
	@./scripts/background.sh watch

start: ## a server in the background
	@./scripts/background.sh start

stop: ## ends that server once its streams have ended
	@./scripts/background.sh stop

create_users: ## deletes and makes again the two demo users
	@./lastword users delete $(llm) 2>/dev/null || true
	@./lastword users delete $(text) 2>/dev/null || true
	@./lastword users create $(llm) --email $(llm) --tokens 100 --permission generate_llm_meme
	@./lastword users create $(text) --email $(text) --tokens 50

generate_jwt: ## a token for each demo user and for an operator, as http_requests.http wants them
	@echo "@tokenWithLLM = $$(./lastword token --user $(llm))"
	@echo "@tokenWithoutLLM = $$(./lastword token --user $(text))"
	@echo "@tokenAdmin = $$(./lastword token --user operator --admin)"

stats: ## one look at the running server
	@./lastword stats

monitor: ## a line a second about the running server
	@./lastword monitor

run_load_test_non_llm: ## 5,000 more tokens for the text user, then 200 virtual users for 15 s
	@./lastword users credit $(text) --meter tokens 5000
	@./lastword load memes --workers 200 --pause 1s --duration 15s

load-test-quick: ## 50 requests by 10 workers
	@./lastword load memes --quick

load-test-full: ## 5,000 requests by 100 workers
	@./lastword load memes --full --workers 100

docker-up: ## builds the image, starts it with MySQL, MongoDB, Redis and a queue, and waits until all is healthy
	@docker compose up -d --build --wait

docker-down: ## drains and stops all of that; the volumes stay
	@docker compose down

docker-logs: ## follows what they say
	@docker compose logs -f --tail 100

test: ## the whole test suite
	@./lastword test
