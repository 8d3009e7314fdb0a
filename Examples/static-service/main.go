// SPDX-License-Identifier: Apache-2.0

// Command static-service converts temperatures, and says what time it is elsewhere.
package main

import (
	"context"
	"embed"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

//go:embed pages
var pages embed.FS

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func convert(w http.ResponseWriter, r *http.Request) {
	celsius, err := strconv.ParseFloat(r.URL.Query().Get("celsius"), 64)
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": "celsius is not a number"})
		return
	}
	answer(w, http.StatusOK, map[string]float64{"celsius": celsius, "fahrenheit": celsius*9/5 + 32})
}

// noon tells what a clock in a zone shows at noon of the first of July 2026 in London.
func noon(w http.ResponseWriter, r *http.Request) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	zone, err := time.LoadLocation(r.URL.Query().Get("zone"))
	if err != nil {
		answer(w, http.StatusNotFound, map[string]string{"error": "no such zone"})
		return
	}
	moment := time.Date(2026, time.July, 1, 12, 0, 0, 0, london)
	answer(w, http.StatusOK, map[string]string{"there": moment.In(zone).Format(time.RFC3339)})
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/convert", convert)
	mux.HandleFunc("/noon", noon)
	mux.Handle("/pages/", http.FileServer(http.FS(pages)))
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	server := &http.Server{Addr: ":8080", Handler: mux}
	stop, done := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer done()
	go func() {
		<-stop.Done()
		server.Shutdown(context.Background())
	}()
	log.Println("listening on", server.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
