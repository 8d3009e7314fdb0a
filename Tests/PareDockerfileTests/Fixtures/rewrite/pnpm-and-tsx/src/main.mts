import { Hono } from 'hono'
